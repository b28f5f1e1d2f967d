using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Formats.TensorBoard;
using Xunit;

namespace NeuralBurden.Tests.Formats.TensorBoard;

public sealed class EventFileWriterTests : IDisposable
{
    private const int Step = 2;
    private const int Summary = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Crc_of_the_standard_text_is_the_standard_value()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0u, Crc32C.Of([]));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32])); // RFC 3720, B.4
    }

    [Fact]
    public void Crc_of_parts_equals_that_of_the_whole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)(i * 37))];
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(
                Crc32C.Of(bytes), Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }

    [Fact]
    public void File_is_named_as_tensorboard_expects_and_begins_with_the_version()
    {
        string name = $"events.out.tfevents.1700000000.{Environment.MachineName}";
        using (var writer = new EventFileWriter(_folder.Path, clock: new Clock(1_700_000_000.25)))
            Assert.Equal(_folder.File(name), writer.Path);

        var first = Assert.Single(EventFileReader.Read(Directory.GetFiles(_folder.Path).Single()));
        Assert.Equal("brain.Event:2", first.Text(3));
        Assert.Equal(1_700_000_000.25, first.Double(1));
    }

    [Fact]
    public void Scalars_come_back_with_tag_step_and_value()
    {
        var events = Written(writer =>
        {
            writer.Scalar("train/loss", 0, 2.25f);
            writer.Scalar("größe", 3_000_000_000, float.NaN);
        });

        Assert.Equal(2, events.Count);
        Assert.Equal(("train/loss", 0L, 2.25f), Scalar(events[0]));
        Assert.Equal(("größe", 3_000_000_000L, float.NaN), Scalar(events[1]));
    }

    [Fact]
    public void Histogram_counts_every_finite_value_once()
    {
        float[] finite = [.. Enumerable.Range(0, 1000).Select(i => MathF.Sin(i))];
        float[] values = [.. finite, float.NaN, float.NegativeInfinity];

        var histogram = Value(Written(writer => writer.Histogram("load", 7, values)).Single()).Message(5);

        double[] limits = histogram.Doubles(6);
        double[] counts = histogram.Doubles(7);
        Assert.Equal(finite.Min(), histogram.Double(1));
        Assert.Equal(finite.Max(), histogram.Double(2));
        Assert.Equal(1000, histogram.Double(3));
        Assert.Equal(finite.Sum(v => (double)v), histogram.Double(4), 9);
        Assert.Equal(finite.Sum(v => (double)v * v), histogram.Double(5), 9);
        Assert.Equal(EventFileWriter.HistogramBucketCount, limits.Length);
        Assert.Equal(finite.Max(), limits[^1]);
        for (int i = 0; i < limits.Length; i++)
        {
            double below = i == 0 ? double.NegativeInfinity : limits[i - 1];
            Assert.Equal(finite.Count(v => v > below && v <= limits[i]), counts[i], 1.0);
        }
        Assert.Equal(1000, counts.Sum());
    }

    [Theory]
    [InlineData(new float[0])]
    [InlineData(new[] { float.NaN })]
    [InlineData(new[] { 3f, 3f, 3f })]
    [InlineData(new[] { float.MinValue, float.MaxValue })]
    public void Degenerate_histograms_stay_finite_and_ordered(float[] values)
    {
        var histogram = Value(Written(writer => writer.Histogram("load", 7, values)).Single()).Message(5);

        double[] limits = histogram.Doubles(6);
        Assert.All(limits, limit => Assert.True(double.IsFinite(limit)));
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(values.Count(float.IsFinite), histogram.Doubles(7).Sum());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 4)]
    public void Image_carries_the_size_and_channels_of_its_png(byte colorType, int channels)
    {
        byte[] png =
        [
            0x89, .. "PNG"u8, 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8,
            0, 0, 1, 4, 0, 0, 0, 5, 8, colorType, 0, 0, 0, 1, 2, 3, 4,
        ];

        var image = Value(Written(writer => writer.Image("merge", 7, png)).Single()).Message(4);

        Assert.Equal((5, 260, channels), (image.Integer(1), image.Integer(2), image.Integer(3)));
        Assert.Equal(png, image[4].Single());
    }

    [Fact]
    public void Image_that_is_no_png_is_refused_and_writes_nothing() =>
        Assert.Empty(Written(writer => Assert.Throws<ArgumentException>(
            () => writer.Image("merge", 7, new byte[100]))));

    [Fact]
    public void Resumed_run_opens_a_new_file_that_starts_a_session_behind_the_last_step()
    {
        var clock = new Clock(1_700_000_000);
        using var interrupted = new EventFileWriter(_folder.Path, clock: clock);
        interrupted.Scalar("loss", 41, 1f);

        using var resumed = new EventFileWriter(_folder.Path, resumedAfterStep: 40, clock: clock);

        Assert.NotEqual(interrupted.Path, resumed.Path);
        var start = EventFileReader.Read(resumed.Path)[1];
        Assert.Equal(41, start.Integer(Step));
        Assert.Equal(1, start.Message(7).Integer(1));
        Assert.Equal(2, EventFileReader.Read(interrupted.Path).Count);
    }

    [Fact]
    public void Events_are_complete_in_the_file_before_it_is_closed()
    {
        using var writer = new EventFileWriter(_folder.Path);
        for (int step = 1; step <= 20; step++)
        {
            writer.Scalar("loss", step, step);
            Assert.Equal(1 + step, EventFileReader.Read(writer.Path).Count);
        }
    }

    [Fact]
    public void Scalars_allocate_nothing_once_warm()
    {
        using var writer = new EventFileWriter(_folder.Path);
        for (int step = 0; step < 100; step++)
            writer.Scalar("train/loss", step, 1f);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++)
            writer.Scalar("train/loss", step, 1f);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private List<ILookup<int, object>> Written(Action<EventFileWriter> write)
    {
        using var writer = new EventFileWriter(_folder.Path);
        write(writer);
        writer.Flush();
        return [.. EventFileReader.Read(writer.Path).Skip(1)];
    }

    private static ILookup<int, object> Value(ILookup<int, object> @event) =>
        @event.Message(Summary).Message(1);

    private static (string Tag, long Step, float Value) Scalar(ILookup<int, object> @event) =>
        (Value(@event).Text(1), @event.Integer(Step), Value(@event).Float(2));

    private sealed class Clock(double seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
    }
}
