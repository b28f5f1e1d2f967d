using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// Sparsity over steps: Initial before Start, Target from End on, a non-decreasing ramp in between. The end
/// points are returned literally, never through the ramp's formula, so the target is met exactly.
/// </summary>
/// <exception cref="SettingException">A sparsity outside [0, 1], Target below Initial, End before
/// Start.</exception>
public abstract record SparsitySchedule
{
    protected SparsitySchedule(double initial, double target, long start, long end)
    {
        Require(target is >= 0 and <= 1, "sparsity", target, "a number in [0, 1]");
        Require(initial is >= 0 and <= 1, "initial_sparsity", initial, "a number in [0, 1]");
        Require(target >= initial, "sparsity", target, $"at least the initial sparsity {initial}");
        Require(start >= 0, "start", start, "a step of at least 0");
        Require(end >= start, "end", end, $"a step not before the start ({start})");
        Initial = initial;
        Target = target;
        Start = start;
        End = end;
    }

    public double Initial { get; }

    public double Target { get; }

    public long Start { get; }

    public long End { get; }

    /// <summary>
    /// Sparsity asked for at a mask update at <paramref name="step"/>, in [Initial, Target].
    /// </summary>
    public double At(long step)
    {
        if (step >= End) return Target;
        if (step < Start) return Initial;
        double progress = (double)(step - Start) / (End - Start);
        return Math.Clamp(Ramp(progress), Initial, Target);
    }

    /// <summary>The ramp's formula for progress in [0, 1); must not decrease.</summary>
    protected abstract double Ramp(double progress);

    private static void Require(bool holds, string field, object value, string allowed)
    {
        if (!holds) throw new SettingException(field, value, allowed);
    }
}
