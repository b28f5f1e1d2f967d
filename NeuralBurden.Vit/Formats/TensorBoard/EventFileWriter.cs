using System.Buffers.Binary;
using System.Globalization;

namespace NeuralBurden.Vit.Formats.TensorBoard;

/// <summary>
/// Appends to a TensorBoard event file, <c>events.out.tfevents.SECONDS.HOST</c>: scalars, histograms and PNG
/// images. The messages are those of tensorflow's event.proto and summary.proto, written by hand. Every event
/// is complete in the file when its method returns, so a killed process loses none.
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

    private const int SessionStart = 1;

    private readonly TimeProvider _clock;
    private readonly RecordFile _file;
    private readonly ProtoWriter _event = new();
    private readonly ProtoWriter _summary = new();
    private readonly ProtoWriter _value = new();
    private readonly ProtoWriter _content = new();
    private readonly HistogramBuckets _histogram = new(HistogramBucketCount);

    /// <param name="folder">The run's log folder; created if need be.</param>
    /// <param name="resumedAfterStep">The last step that counts of an interrupted run; null for a new
    /// one.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public EventFileWriter(string folder, long? resumedAfterStep = null, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        (Path, _file) = Create(folder, _clock.GetUtcNow().ToUnixTimeSeconds());
        WriteVersion();
        if (resumedAfterStep is { } step)
            WriteSessionStart(checked(step + 1));
    }

    public string Path { get; }

    public void Scalar(string tag, long step, float value)
    {
        BeginValue(tag);
        _value.Float(2, value);
        Append(step);
    }

    /// <summary>Values that are not finite are left out of the histogram.</summary>
    public void Histogram(string tag, long step, ReadOnlySpan<float> values)
    {
        _histogram.Fill(values);
        _content.Clear();
        _content.Double(1, _histogram.Min);
        _content.Double(2, _histogram.Max);
        _content.Double(3, _histogram.Count);
        _content.Double(4, _histogram.Sum);
        _content.Double(5, _histogram.SumOfSquares);
        _content.PackedDoubles(6, _histogram.Limits);
        _content.PackedDoubles(7, _histogram.Counts);
        BeginValue(tag);
        _value.Bytes(5, _content.Written);
        Append(step);
    }

    /// <param name="png">A PNG file; its size and color type are read from its first chunk.</param>
    /// <exception cref="ArgumentException">No PNG.</exception>
    public void Image(string tag, long step, ReadOnlySpan<byte> png)
    {
        (int width, int height, int channels) = ReadPngHeader(png);
        _content.Clear();
        _content.Integer(1, height);
        _content.Integer(2, width);
        _content.Integer(3, channels);
        _content.Bytes(4, png);
        BeginValue(tag);
        _value.Bytes(4, _content.Written);
        Append(step);
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

    private void WriteVersion()
    {
        BeginEvent(0);
        _event.Text(3, "brain.Event:2");
        _file.Append(_event.Written);
    }

    private void WriteSessionStart(long step)
    {
        _content.Clear();
        _content.Integer(1, SessionStart);
        BeginEvent(step);
        _event.Bytes(7, _content.Written);
        _file.Append(_event.Written);
    }

    private void BeginEvent(long step)
    {
        _event.Clear();
        _event.Double(1, (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        _event.Integer(2, step);
    }

    private void BeginValue(string tag)
    {
        _value.Clear();
        _value.Text(1, tag);
    }

    private void Append(long step)
    {
        _summary.Clear();
        _summary.Bytes(1, _value.Written);
        BeginEvent(step);
        _event.Bytes(5, _summary.Written);
        _file.Append(_event.Written);
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
