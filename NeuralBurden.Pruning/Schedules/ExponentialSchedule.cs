namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// Density falls by the same factor per step: 1 - s_t = (1 - s_i) ((1 - s_f)/(1 - s_i))^u. Each update
/// removes the same share of what is left.
/// </summary>
public sealed record ExponentialSchedule : SparsitySchedule
{
    public ExponentialSchedule(double initial, double target, long start, long end)
        : base(initial, target, start, end)
    {
    }

    protected override double Ramp(double progress) =>
        Initial >= 1 ? Initial : 1 - (1 - Initial) * Math.Pow((1 - Target) / (1 - Initial), progress);
}
