using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Sparsity;
using Xunit;

namespace NeuralBurden.Tests.Sparsity;

public sealed class BreakEvenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-cache-").FullName;

    private string FilePath => Path.Combine(_folder, BreakEvenCache.FileName);

    [Theory]
    [InlineData(5, 2, 8, 0.25)]
    [InlineData(5, 1, 4, 0.5)]
    [InlineData(1, 2, 8, 0.05)]
    [InlineData(1, 6, 8, 0)]
    [InlineData(9, 2, 2, 1)]
    [InlineData(1, 2, 2, 0)]
    [InlineData(50, 2, 8, 1)]
    public void The_line_through_two_densities_is_crossed_at_the_dense_time(
        double dense, double low, double high, double expected) =>
        Assert.Equal(expected, BreakEvenMeter.Crossing(dense, low, high), 9);

    [Fact]
    public void A_measurement_is_made_once_per_key_and_survives_the_process()
    {
        int measured = 0;
        BreakEven Measure()
        {
            measured++;
            return new BreakEven(0.4, 0.25);
        }

        var first = new BreakEvenCache(_folder).Get("a", Measure);
        var second = new BreakEvenCache(_folder).Get("a", Measure);
        Assert.Equal((1, first), (measured, second));
        new BreakEvenCache(_folder).Get("b", Measure);
        Assert.Equal(2, measured);
        new BreakEvenCache(_folder).Get("a", Measure);
        Assert.Equal(2, measured);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1, 2]")]
    [InlineData("{\"a\": [0.5]}")]
    [InlineData("{\"a\": [0.5, 7]}")]
    [InlineData("{\"a\": [\"x\", 0.1]}")]
    [InlineData("{\"a\": 3}")]
    public void A_file_that_makes_no_sense_is_measured_anew(string content)
    {
        File.WriteAllText(FilePath, content);
        Assert.Equal(new BreakEven(0.3, 0.2), new BreakEvenCache(_folder).Get("a", () => new BreakEven(0.3, 0.2)));
        Assert.Equal(new BreakEven(0.3, 0.2), new BreakEvenCache(_folder).Get("a", () => default));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_nothing_but_the_measurement()
    {
        File.WriteAllText(FilePath, "x");
        var cache = new BreakEvenCache(FilePath);
        Assert.Equal(new BreakEven(0.3, 0.2), cache.Get("a", () => new BreakEven(0.3, 0.2)));
    }

    [Theory]
    [InlineData("NB_CACHE", "/there", "/there")]
    [InlineData("XDG_CACHE_HOME", "/cache", "/cache/neuralburden")]
    public void The_cache_folder_is_the_users(string variable, string value, string expected)
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(expected, CacheFolder.Resolve(name => name == variable ? value : null));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
