using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Bench.Blas;

/// <summary>One shape, measured for us and for OpenBLAS alternately in one process.</summary>
/// <param name="Name">Op, place in the model and form.</param>
/// <param name="Description">Shapes.</param>
/// <param name="Dim">Width of the model; 0 for squares.</param>
/// <param name="Threads">Cores for both.</param>
/// <param name="Clock">See <see cref="MeasuringClock.Name"/>.</param>
/// <param name="Cost">Of one run.</param>
/// <param name="Ours">Our seconds.</param>
/// <param name="Theirs">Seconds of OpenBLAS.</param>
public sealed record OpenBlasResult(
    string Name, string Description, int Dim, int Threads, string Clock, OpCost Cost, Measurement Ours, Measurement Theirs)
{
    public double? Gflops => 2e-9 * Cost.MultiplyAdds / Ours.Usual?.Median;

    public double? TheirGflops => 2e-9 * Cost.MultiplyAdds / Theirs.Usual?.Median;

    /// <summary>How many times as fast as OpenBLAS we are, by medians.</summary>
    public double? Ratio => Theirs.Usual?.Median / Ours.Usual?.Median;

    /// <summary>The same by best times.</summary>
    public double? BestRatio => Theirs.Usual?.Best / Ours.Usual?.Best;
}
