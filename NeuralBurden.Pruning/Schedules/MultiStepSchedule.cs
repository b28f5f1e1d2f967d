using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// Equal jumps at n equally spaced steps: s = s_i + (s_f - s_i)(1 + floor(u (n - 1))) / n with progress u;
/// the first jump falls on Start, the last on End. Iterative magnitude pruning is this with retraining in
/// between.
/// </summary>
public sealed record MultiStepSchedule : SparsitySchedule
{
    public MultiStepSchedule(double initial, double target, long start, long end, int stages)
        : base(initial, target, start, end)
    {
        if (stages < 1) throw new SettingException("stages", stages, "at least 1");
        Stages = stages;
    }

    public int Stages { get; }

    protected override double Ramp(double progress) =>
        Initial + (Target - Initial) * (1 + Math.Floor(progress * (Stages - 1))) / Stages;
}
