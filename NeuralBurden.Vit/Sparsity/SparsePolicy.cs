using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Sparsity;

/// <summary>
/// Which products of a masked matrix are computed sparse. The choice changes no result: forward and input gradient
/// have the same bits either way, and the weight gradient, which has not, goes by density alone, never by measurement.
/// </summary>
internal sealed class SparsePolicy
{
    // Below that a product takes microseconds either way, and is not worth a measurement.
    private const int SmallestMatrix = 1 << 12;

    // Smaller ones have dense weight gradients: a sampled one has other bits, so this never follows a measurement.
    private const int SmallestSampled = 1 << 13;

    // Above it sampling is slower than the dense gradient on every machine that was measured.
    private const double SampledBelow = 0.5;

    // Of a dense product's work: a launch that skips is as fast as the program's dense one, but not as the vendor's library.
    private const double MostWork = 0.75;

    // Other code has other speeds: what an earlier version measured says nothing about this one.
    private static readonly string Kernels = typeof(Device).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..8];

    private readonly Device _device;
    private readonly SparseMode _mode;
    private readonly Lazy<BreakEvenCache> _cache;

    /// <param name="environment">Looks up an environment variable, for the cache folder; null takes the
    /// process's own.</param>
    public SparsePolicy(Device device, SparseMode mode, Func<string, string?>? environment = null)
    {
        (_device, _mode) = (device, mode);
        environment ??= Environment.GetEnvironmentVariable;
        _cache = new Lazy<BreakEvenCache>(() => new BreakEvenCache(CacheFolder.Resolve(environment)));
    }

    /// <param name="rows">Of the matrix.</param>
    /// <param name="columns">Of the matrix.</param>
    /// <param name="training">Whether weight gradients will be asked for.</param>
    public BreakEven Of(int rows, int columns, bool training)
    {
        if (_mode == SparseMode.Never) return default;
        double most = _mode == SparseMode.Always ? 1 : MostWork;
        if (!_device.SupportsSparse) return _device.SkippedPanels is null ? default : new BreakEven(most, most);
        if (_mode == SparseMode.Always) return new BreakEven(1, 1, training ? 1 : 0);
        long size = (long)rows * columns;
        if (size < SmallestMatrix) return default;
        var info = _device.Info;
        string width = info.Capabilities.Count > 0 ? info.Capabilities[0] : "";
        string key = $"{info.Name}, {width}, {info.Units} threads, kernels {Kernels}, {rows} x {columns}";
        var measured = _cache.Value.Get(key, () => BreakEvenMeter.Measure(_device, rows, columns));
        return training && size >= SmallestSampled ? measured with { WeightGradient = SampledBelow } : measured;
    }
}
