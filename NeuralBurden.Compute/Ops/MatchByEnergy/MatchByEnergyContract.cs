using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class MatchByEnergyContract : OpContract
{
    public override string Name => "MatchByEnergy";

    public override string Formula =>
        "map: of the 2r tokens of highest mean_j ELU(cos_ij - margin), every other joins one between";

    public override string NonFinite => "a cosine that is not finite counts as -1; zero norm gives cosine 0";

    public override Tolerance Tolerance => Tolerance.Exact;

    /// <summary>Multiply-adds of the cosines of n = T - protected tokens: n (n + 1) / 2 D per image.</summary>
    public static OpCost CostOf(long b, long n, long d) => new(b * n * (n + 1) / 2 * d, 4 * b * n * d);

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 4), t = 1 + source.Extent(66), d = 2 + source.Extent(40);
        int protect = Math.Min(t, source.Pick(0, 1, 1, 2, 5));
        int r = source.Int(0, MatchRule.MaximalMerges(t, protect));
        return Case("", b, t, d, source.Floats((long)b * t * d), r, source.Pick(0f, 0.25f, 0.75f), protect);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case("all equal", 2, 9, 4, Enumerable.Repeat(1f, 72).ToArray(), 3, 0.5f, 1);
        yield return Case("zero norms", 1, 6, 3, new float[18], 3, 0.5f, 0);
        yield return Case("two tokens", 3, 2, 5, new CaseSource(2).Floats(30), 1, 0.5f, 0);
        float[] broken = new CaseSource(3).Floats(8 * 4);
        broken[5] = float.NaN;
        broken[17] = float.PositiveInfinity;
        yield return Case("NaN and infinity", 1, 8, 4, broken, 3, 0.2f, 0);
        float[] twins = new CaseSource(4).Floats(10 * 6);
        Array.Copy(twins, 24, twins, 30, 6);
        yield return Case("twins", 1, 10, 6, twins, 2, 0.2f, 1);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        float[] metric = new CaseSource(13).Floats(e.Rows * e.HeadDim);
        yield return Case("", e.Batch, e.Tokens, e.HeadDim, metric, e.Merged, 0.5f, 1);
    }

    private static OpCase Case(string what, int b, int t, int d, float[] metric, int r, float margin, int protect) => new(
        $"{what} b {b} t {t} d {d} r {r} margin {margin}{(protect > 0 ? $" protected {protect}" : "")}".Trim(),
        [OpArgument.Input("metric", new Shape(b, t, d), metric), OpArgument.IndexOutput("map", new Shape(b, t))],
        (device, x) => device.MatchByEnergy(new(x[0], r, margin, protect, x[1])),
        CostOf(b, t - protect, d));
}
