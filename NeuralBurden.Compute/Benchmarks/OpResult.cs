using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Measured speed of one op at one size, or why there is none.</summary>
/// <param name="Op">Name of the contract.</param>
/// <param name="Name">The op and its place in the model.</param>
/// <param name="Description">Shapes.</param>
/// <param name="Dim">Width of the model.</param>
/// <param name="Device">Id of the device.</param>
/// <param name="Threads">Cores or multiprocessors.</param>
/// <param name="Clock">See <see cref="MeasuringClock.Name"/>.</param>
/// <param name="Cost">Of one run.</param>
/// <param name="Measurement">Seconds of one run.</param>
/// <param name="Peak">What percentages refer to; null where it is not known.</param>
public sealed record OpResult(
    string Op,
    string Name,
    string Description,
    int Dim,
    string Device,
    int Threads,
    string Clock,
    OpCost Cost,
    Measurement Measurement,
    MachinePeak? Peak)
{
    /// <summary>GFLOP/s of the matrix products, 2 FLOP per multiply-add, at the median; null for ops that have none.</summary>
    public double? Gflops => Cost.MultiplyAdds == 0 ? null : 2e-9 * Cost.MultiplyAdds / Measurement.Usual?.Median;

    /// <summary>GB/s of what must be read and written once, at the median.</summary>
    public double? Bandwidth => Cost.Bytes == 0 ? null : 1e-9 * Cost.Bytes / Measurement.Usual?.Median;

    /// <summary>
    /// Percent of what the machine could do at best: the longer of the times for the arithmetic at peak and for the
    /// traffic at the bandwidth of the cache, or the memory, that holds as much, over the time it took.
    /// </summary>
    public double? PercentOfPeak
    {
        get
        {
            if (Peak is null || Measurement.Usual is not { } usual) return null;
            double floor = Math.Max(2e-9 * Cost.MultiplyAdds / Peak.Gflops, 1e-9 * Cost.Bytes / Peak.BandwidthOf(Cost.Bytes));
            return 100 * floor / usual.Median;
        }
    }
}
