using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Presets;

/// <summary>Checked settings from which a preset builds its method.</summary>
/// <param name="Sparsity">Target in [0, 1).</param>
/// <param name="SparsityIsSet">Whether the config gave it.</param>
/// <param name="Window">When masks are updated, in steps.</param>
/// <param name="Distribution">Name of the distribution.</param>
/// <param name="Values">The method's own parameters.</param>
/// <param name="TotalSteps">Steps of the whole training.</param>
/// <param name="WarmupSteps">Steps while the learning rate still rises.</param>
public sealed record MethodSettings(
    double Sparsity, bool SparsityIsSet, PruningWindow Window, string Distribution, ParameterValues Values,
    long TotalSteps, long WarmupSteps)
{
    /// <summary>Zhu and Gupta's ramp from <paramref name="initial"/> to the target over the window.</summary>
    public SparsitySchedule Cubic(double initial = 0) =>
        new CubicSchedule(Math.Min(initial, Sparsity), Sparsity, Window.Start, Window.End);
}
