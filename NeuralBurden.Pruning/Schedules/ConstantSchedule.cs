namespace NeuralBurden.Pruning.Schedules;

/// <summary>s_t = s from the first step on.</summary>
public sealed record ConstantSchedule : SparsitySchedule
{
    public ConstantSchedule(double sparsity)
        : base(sparsity, sparsity, 0, 0)
    {
    }

    protected override double Ramp(double progress) => Target;
}
