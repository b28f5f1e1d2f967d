namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>
/// The one rule of all hypotheses. <em>Supported</em>: the corrected interval of the primary statistic lies beyond 0 in
/// the direction claimed, and its estimate beyond the SESOI. <em>Refuted</em>: the interval lies wholly below the SESOI
/// (equivalence, or the other side). Else <em>undecided</em>. Where two things are claimed to coincide: supported when the
/// interval lies within -+SESOI, refuted when it lies outside.
/// </summary>
/// <remarks>
/// <para>Endpoints that are confirmed together are corrected by Holm, once in the order of the p that support rests on and
/// once in that of the p that refutation rests on: the lower end of an interval gets its level from the first, the upper
/// end from the second. One order by the distance from 0 would give the loosest level to the smallest estimate, and so
/// refute one true effect in seven among six that are exactly as large as the SESOI. As it is, the chance of any wrong
/// "supported" is at most 2.5 %, of any wrong "refuted" too (each end uses one tail), under any dependence.</para>
/// <para>A claim of coincidence uses both ends for either verdict, and takes the stricter level for both.</para>
/// </remarks>
public static class VerdictRule
{
    /// <summary>Seeds that a verdict needs: fewer have intervals, and leave everything to the normal law.</summary>
    public const int LeastSeeds = 3;

    /// <summary>Judges endpoints as one family.</summary>
    /// <param name="endpoints">The mean is null where a planned endpoint was not measured; it counts all the same.</param>
    public static IReadOnlyList<Judgement> Family(IReadOnlyList<(Claim Claim, SeedMean? Mean)> endpoints)
    {
        double[] low = Holm.Levels([.. endpoints.Select(e => e.Mean is { } m ? e.Claim.SupportP(m) : double.NaN)]);
        double[] high = Holm.Levels([.. endpoints.Select(e => e.Mean is { } m ? e.Claim.RefuteP(m) : double.NaN)]);
        return [.. endpoints.Select((e, i) => Judge(e.Claim, e.Mean, low[i], high[i]))];
    }

    /// <summary>Judges one endpoint alone, without correction: what is exploratory.</summary>
    public static Judgement Alone(Claim claim, SeedMean? mean) => Family([(claim, mean)])[0];

    private static Judgement Judge(Claim claim, SeedMean? measured, double lowLevel, double highLevel)
    {
        if (measured is not { } mean)
            return new Judgement(Verdict.NotMeasured, null, Interval.Unknown, lowLevel, highLevel, double.NaN, double.NaN);
        if (claim.Coincides) lowLevel = highLevel = Math.Max(lowLevel, highLevel);
        var interval = new Interval(mean.Interval(lowLevel).Low, mean.Interval(highLevel).High);
        double detectable = claim.Coincides
            ? claim.Least + mean.Detectable(highLevel, 0)
            : mean.Detectable(lowLevel, claim.Least);
        var verdict = mean.Count < LeastSeeds || !interval.IsFinite ? Verdict.Undecided : Decide(claim, mean, interval);
        return new Judgement(verdict, mean, interval, lowLevel, highLevel, claim.SupportP(mean), detectable);
    }

    private static Verdict Decide(Claim claim, SeedMean mean, Interval interval)
    {
        bool supported = claim.Coincides
            ? interval.LiesWithin(claim.Least)
            : interval.Low > 0 && mean.Mean > claim.Least;
        bool refuted = claim.Coincides
            ? interval.LiesOutside(claim.Least)
            : interval.High < claim.Least;
        return supported ? Verdict.Supported : refuted ? Verdict.Refuted : Verdict.Undecided;
    }
}
