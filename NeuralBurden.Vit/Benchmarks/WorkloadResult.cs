using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>Measured speed of one workload, or why there is none.</summary>
public sealed record WorkloadResult
{
    public required WorkloadCase Case { get; init; }

    public required WorkloadKind Kind { get; init; }

    public required WorkloadModel Model { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>See <see cref="MeasuringClock.Name"/>.</summary>
    public required string Clock { get; init; }

    /// <summary>Its failure forbids every number below.</summary>
    public required Measurement Measurement { get; init; }

    public double Sparsity { get; init; }

    public long MultiplyAddsPerImage { get; init; }

    /// <summary>See <see cref="Workload.Skipping"/>.</summary>
    public SkippingProducts Skipping { get; init; }

    /// <summary>Mean seconds of each part of a step; null where it was not asked for, and for inference.</summary>
    public IReadOnlyDictionary<StepPart, double>? Parts { get; init; }

    /// <summary>
    /// What one step between mask updates or one pass launches, in order; see <see
    /// cref="Compute.Devices.Device.StopProfiler"/>.
    /// </summary>
    public IReadOnlyList<string>? Launches { get; init; }

    /// <summary>Launches of each block beyond the first; null on devices that launch none, and for one block.</summary>
    public double? LaunchesPerBlock { get; init; }

    public int Dim => Model.Dim;

    public int Batch => Model.Batch;

    public int Tokens => Model.Tokens;

    /// <summary>At the median step between mask updates.</summary>
    public double? ImagesPerSecond => Batch / Measurement.Usual?.Median;

    /// <summary>
    /// With the cost of a mask update, and of what follows from it in the next step, spread over <see
    /// cref="WorkloadCase.UpdateEvery"/> steps; null where none was seen.
    /// </summary>
    public double? ImagesPerSecondWithUpdates
    {
        get
        {
            if (Measurement is not { Usual: { } usual, Exceptional: { } update }) return null;
            double extra = 2 * Math.Max(0, update.Mean - usual.Median);
            return Batch / (usual.Median + (extra / Case.UpdateEvery));
        }
    }

    /// <summary>GFLOP/s of the multiply-adds that the case is about, 2 FLOP each.</summary>
    public double? Gflops => ImagesPerSecond * 2 * MultiplyAddsPerImage / 1e9;
}
