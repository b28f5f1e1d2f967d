using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>One product, measured for our kernel and for the vendor's library alternately on one device.</summary>
/// <param name="Name">Place in the model and form.</param>
/// <param name="Description">Shapes.</param>
/// <param name="Dim">Width of the model; 0 for squares.</param>
/// <param name="Device">The device's id.</param>
/// <param name="Precision">To what our kernel rounds its factors, and the library where it can.</param>
/// <param name="Clock">See <see cref="MeasuringClock.Name"/>.</param>
/// <param name="Cost">Of one run.</param>
/// <param name="Library">The vendor's library; null where the device has none.</param>
/// <param name="Ours">Our seconds.</param>
/// <param name="Theirs">Seconds of the library; null where there is none.</param>
public sealed record GemmResult(
    string Name,
    string Description,
    int Dim,
    string Device,
    ProductPrecision Precision,
    string Clock,
    OpCost Cost,
    string? Library,
    Measurement Ours,
    Measurement? Theirs)
{
    public double? Gflops => 2e-9 * Cost.MultiplyAdds / Ours.Usual?.Median;

    public double? TheirGflops => 2e-9 * Cost.MultiplyAdds / Theirs?.Usual?.Median;

    /// <summary>How many times as fast as the library we are, by medians.</summary>
    public double? Ratio => Theirs?.Usual?.Median / Ours.Usual?.Median;
}
