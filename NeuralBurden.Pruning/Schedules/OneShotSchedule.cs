namespace NeuralBurden.Pruning.Schedules;

/// <summary>Dense before <c>at</c>, the full target at it.</summary>
public sealed record OneShotSchedule : SparsitySchedule
{
    public OneShotSchedule(double target, long at)
        : base(0, target, at, at)
    {
    }

    protected override double Ramp(double progress) => Target;
}
