namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>What a hypothesis says of its primary statistic, against the least effect that would matter (SESOI).</summary>
/// <param name="Coincides">
/// False: the statistic exceeds 0, and by more than <paramref name="Least"/>. True: it is 0, up to <paramref name="Least"/>.
/// </param>
/// <param name="Least">The SESOI, above 0, in the statistic's own unit.</param>
public readonly record struct Claim(bool Coincides, double Least)
{
    /// <summary>0.5 points of accuracy.</summary>
    public static readonly Claim Accuracy = new(false, 0.005);

    /// <summary>5 % of a load: 0.05 of its logarithm.</summary>
    public static readonly Claim Load = new(false, 0.05);

    /// <summary>0.3 of a correlation.</summary>
    public static readonly Claim Correlation = new(false, 0.3);

    /// <summary>Two sparsities are the same up to 0.05.</summary>
    public static readonly Claim SameSparsity = new(true, 0.05);

    /// <summary>Two-sided p of the null that support rejects: no effect; or a distance of the SESOI or more.</summary>
    public double SupportP(SeedMean mean) => TwoSided(Coincides
        ? Math.Max(mean.TailAbove(-Least), mean.TailBelow(Least))
        : mean.TailAbove(0));

    /// <summary>Two-sided p of the null that refutation rejects: an effect of the SESOI or more; or none beyond it.</summary>
    public double RefuteP(SeedMean mean) => TwoSided(Coincides
        ? Math.Min(mean.TailAbove(Least), mean.TailBelow(-Least))
        : mean.TailBelow(Least));

    private static double TwoSided(double tail) => Math.Min(1, 2 * tail);
}
