using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// s_t = s_f + (s_i - s_f)(1 - u)^power with progress u = (t - t0)/(t1 - t0); power 3 is Zhu and Gupta's
/// gradual pruning (arXiv 1710.01878). Held constant before Start and after End it is the movement-pruning
/// schedule too.
/// </summary>
public sealed record CubicSchedule : SparsitySchedule
{
    public CubicSchedule(double initial, double target, long start, long end, double power = 3)
        : base(initial, target, start, end)
    {
        if (power is not (> 0 and <= 16))
            throw new SettingException("power", power, "in (0, 16]");
        Power = power;
    }

    public double Power { get; }

    protected override double Ramp(double progress) =>
        Target + (Initial - Target) * Math.Pow(1 - progress, Power);
}
