using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;

namespace NeuralBurden.Vit.Formats.TensorBoard;

/// <summary>
/// Appends to a TensorBoard event file, <c>events.out.tfevents.SECONDS.HOST</c>: scalars, histograms and PNG
/// images. The messages are those of <c>events.proto</c>. Every event is complete in the file when its method returns, so a
/// killed process loses none.
/// </summary>
/// <remarks>
/// A resumed run opens a new file with the step it resumes after; TensorBoard then drops the points that the
/// interrupted run had written beyond it. For one thread. Scalars allocate nothing once the buffers have
/// grown.
/// </remarks>
public sealed class EventFileWriter : IDisposable
{
    /// <summary>Buckets of a histogram, TensorBoard's own default.</summary>
    public const int HistogramBucketCount = 30;

    private readonly TimeProvider _clock;
    private readonly RecordFile _file;

    // Kept, so that a scalar allocates nothing.
    private readonly Summary.Types.Value _scalar = new();
    private readonly Event _scalarEvent;

    /// <param name="folder">The run's log folder; created if need be.</param>
    /// <param name="resumedAfterStep">The last step that counts of an interrupted run; null for a new
    /// one.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public EventFileWriter(string folder, long? resumedAfterStep = null, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        (Path, _file) = Create(folder, _clock.GetUtcNow().ToUnixTimeSeconds());
        _scalarEvent = new Event { Summary = new Summary { Value = { _scalar } } };
        Append(0, new Event { FileVersion = "brain.Event:2" });
        if (resumedAfterStep is { } step)
            Append(checked(step + 1), new Event { SessionLog = new SessionLog { Status = SessionLog.Types.Status.Start } });
    }

    public string Path { get; }

    public void Scalar(string tag, long step, float value)
    {
        (_scalar.Tag, _scalar.SimpleValue) = (tag, value);
        Append(step, _scalarEvent);
    }

    /// <summary>Values that are not finite are left out of the histogram.</summary>
    public void Histogram(string tag, long step, ReadOnlySpan<float> values) =>
        Append(step, new Summary.Types.Value { Tag = tag, Histo = HistogramBuckets.Of(values, HistogramBucketCount) });

    /// <param name="png">A PNG file; its size and color type are read from its first chunk.</param>
    /// <exception cref="ArgumentException">No PNG.</exception>
    public void Image(string tag, long step, ReadOnlySpan<byte> png)
    {
        var (width, height, channels) = ReadPngHeader(png);
        var image = new Summary.Types.Image
        {
            Height = height,
            Width = width,
            Colorspace = channels,
            EncodedImageString = ByteString.CopyFrom(png),
        };
        Append(step, new Summary.Types.Value { Tag = tag, Image = image });
    }

    /// <summary>Asks the operating system to put everything on the disk.</summary>
    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private static (string Path, RecordFile File) Create(string folder, long seconds)
    {
        string stamp = seconds.ToString("D10", CultureInfo.InvariantCulture);
        string name = $"events.out.tfevents.{stamp}.{Environment.MachineName}";
        for (int attempt = 0; ; attempt++)
        {
            // Two writers may start in one second; TensorBoard takes any ending.
            string path = System.IO.Path.Combine(folder, attempt == 0 ? name : $"{name}.{attempt}");
            try
            {
                return (path, new RecordFile(path));
            }
            catch (IOException) when (File.Exists(path) && attempt < 1000)
            {
            }
        }
    }

    private void Append(long step, Summary.Types.Value value) =>
        Append(step, new Event { Summary = new Summary { Value = { value } } });

    private void Append(long step, Event @event)
    {
        @event.WallTime = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        @event.Step = step;
        _file.Append(@event);
    }

    private static (int Width, int Height, int Channels) ReadPngHeader(ReadOnlySpan<byte> png)
    {
        const int bytesToColorType = 26;
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
        if (png.Length < bytesToColorType || !png.StartsWith(signature) || !png[12..].StartsWith("IHDR"u8))
            throw new ArgumentException("not a PNG file", nameof(png));
        int channels = png[bytesToColorType - 1] switch
        {
            0 => 1,
            4 => 2,
            6 => 4,
            _ => 3,
        };
        int width = BinaryPrimitives.ReadInt32BigEndian(png[16..]);
        int height = BinaryPrimitives.ReadInt32BigEndian(png[20..]);
        return (width, height, channels);
    }
}
