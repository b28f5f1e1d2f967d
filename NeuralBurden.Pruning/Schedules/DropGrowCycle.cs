using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// The fraction of kept units that one drop-and-grow cycle exchanges. Cosine: f_t = f_e + (f_0 - f_e)/2 (1 +
/// cos(pi t/T)), RigL's alpha/2 (1 + cos(pi t/T)) for f_e = 0 (arXiv 1911.11134); linear: f_0 + (f_e - f_0)
/// t/T.
/// </summary>
/// <exception cref="SettingException">A fraction outside [0, 1], or End below 0.</exception>
public sealed record DropGrowCycle
{
    public DropGrowCycle(double fraction, Annealing annealing, long end, double final = 0)
    {
        if (fraction is not (>= 0 and <= 1))
            throw new SettingException("drop", fraction, "in [0, 1]");
        if (!(final >= 0 && final <= fraction))
            throw new SettingException("drop_final", final, $"in [0, {fraction}]");
        if (end < 0) throw new SettingException("stop", end, "a step of at least 0");
        Fraction = fraction;
        Annealing = annealing;
        End = end;
        Final = final;
    }

    public double Fraction { get; }

    public Annealing Annealing { get; }

    public long End { get; }

    public double Final { get; }

    public double At(long step)
    {
        if (Annealing == Annealing.Constant) return Fraction;
        if (step >= End) return Final;
        double progress = Math.Max(0, (double)step / End);
        return Annealing == Annealing.Linear
            ? Fraction + (Final - Fraction) * progress
            : Final + (Fraction - Final) / 2 * (1 + Math.Cos(Math.PI * progress));
    }
}
