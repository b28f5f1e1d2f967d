namespace NeuralBurden.Vit.Burden;

/// <summary>The measures of every unit of one site in one network, [H] each.</summary>
internal sealed class UnitFigures
{
    public UnitFigures(UnitActivity activity, SynapseLoads? synapses, double[]? gains, float[]? ceilings, int tokens)
    {
        (Activity, Synapses, Gain, Ceilings, Tokens) = (activity, synapses, gains, ceilings, tokens);
        int units = activity.Rate.Length;
        if (gains is not null) Contribution = [.. activity.Rate.Zip(gains, (r, g) => r * g)];
        Alive = new bool[units];
        for (int j = 0; j < units; j++) Alive[j] = synapses?.IsAlive(j) != false && gains?[j] != 0;
    }

    public UnitActivity Activity { get; }

    public double[] Rate => Activity.Rate;

    /// <summary>Null where no matrix makes the units.</summary>
    public SynapseLoads? Synapses { get; }

    /// <summary>g_j; null where no matrix reads the units.</summary>
    public double[]? Gain { get; }

    /// <summary>c_j = r_j g_j; null as g is.</summary>
    public double[]? Contribution { get; }

    /// <summary>The 99.9th percentile of |h_j|; null where it was not asked for.</summary>
    public float[]? Ceilings { get; }

    public int Tokens { get; }

    /// <summary>Whether something reaches the unit and something reads it.</summary>
    public bool[] Alive { get; }

    /// <summary>K_j = c_j / c_j^0; NaN for a unit that is dead or was idle in the reference.</summary>
    public double[]? ContributionRatios(UnitFigures reference)
    {
        if (Contribution is null || reference.Contribution is null) return null;
        double floor = UnitStatistics.IdleRate * reference.Rate.Average();
        double[] ratios = new double[Alive.Length];
        for (int j = 0; j < ratios.Length; j++)
        {
            bool counts = Alive[j] && reference.Rate[j] > floor && reference.Contribution[j] > 0;
            ratios[j] = counts ? Contribution[j] / reference.Contribution[j] : double.NaN;
        }

        return ratios;
    }
}
