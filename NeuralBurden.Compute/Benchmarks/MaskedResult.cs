using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// One product of a masked matrix, by a kernel that skips what is pruned and by dense ones, alternately on one device.
/// </summary>
/// <param name="Name">Place in the model and form.</param>
/// <param name="Pattern">Of the mask.</param>
/// <param name="Form">What the skipping kernel reads.</param>
/// <param name="Description">Shapes.</param>
/// <param name="Dim">Width of the model.</param>
/// <param name="Device">The device's id.</param>
/// <param name="Clock">See <see cref="MeasuringClock.Name"/>.</param>
/// <param name="Density">Share of kept weights.</param>
/// <param name="Work">Of the panels, or by density: what the device takes the work for, in that of a dense product.</param>
/// <param name="DenseCost">Of the dense product.</param>
/// <param name="Library">The vendor's library; null where the device has none.</param>
/// <param name="Ours">Seconds of the skipping kernel.</param>
/// <param name="Dense">Seconds of the program's dense kernel.</param>
/// <param name="Theirs">Seconds of the library; null where there is none.</param>
public sealed record MaskedResult(
    string Name,
    string Pattern,
    string Form,
    string Description,
    int Dim,
    string Device,
    string Clock,
    double Density,
    double Work,
    OpCost DenseCost,
    string? Library,
    Measurement Ours,
    Measurement Dense,
    Measurement? Theirs)
{
    /// <summary>How many times as fast as the faster dense product, by medians.</summary>
    public double? Gain =>
        Math.Min(Dense.Usual?.Median ?? double.NaN, Theirs?.Usual?.Median ?? double.PositiveInfinity) / Ours.Usual?.Median;
}
