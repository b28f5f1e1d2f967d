using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class MatchTokensContract : OpContract
{
    public override string Name => "MatchTokens";

    public override string Formula =>
        "map: the r even tokens most similar (cosine) to an odd one join it; order [protected, even kept, odd]";

    public override string NonFinite =>
        "a similarity that is not finite ranks below all finite ones; zero norm gives similarity 0";

    public override Tolerance Tolerance => Tolerance.Exact;

    /// <summary>Multiply-adds of the similarities: |A| |B| D per image.</summary>
    public static OpCost CostOf(long b, long t, long d) => new(b * ((t + 1) / 2) * (t / 2) * d, 4 * b * t * d);

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 4), t = 1 + source.Extent(66), d = 2 + source.Extent(40);
        int protect = Math.Min(t, source.Pick(0, 1, 1, 2, 5));
        var rule = new MatchRule(
            source.Int(0, MatchRule.MaximalMerges(t, protect)),
            protect,
            source.Coin() ? source.Pick(-0.5f, 0f, 0.25f, 0.6f) : float.NaN,
            Drop: source.Int(0, 3) == 0);
        return Case("", b, t, d, source.Floats((long)b * t * d), rule, source.Coin() ? Sizes(source, b, t) : null);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case("all equal", 2, 9, 4, Enumerable.Repeat(1f, 72).ToArray(), new(4, 1));
        yield return Case("all equal under a threshold", 1, 9, 4, Enumerable.Repeat(1f, 36).ToArray(), new(3, 1, 0.9f));
        yield return Case("zero norms", 1, 6, 3, new float[18], new(3, 0));
        yield return Case("two tokens", 3, 2, 5, new CaseSource(2).Floats(30), new(1, 0));
        yield return Case("one token", 2, 1, 5, new CaseSource(2).Floats(10), new(0, 0));
        float[] broken = new CaseSource(3).Floats(8 * 4);
        broken[5] = float.NaN;
        broken[17] = float.PositiveInfinity;
        yield return Case("NaN and infinity", 1, 8, 4, broken, new(3, 0));
        yield return Case("NaN under a threshold", 1, 8, 4, broken, new(3, 0, -2));
        // Tokens 4 and 5 are equal, and so most similar: they merge first.
        float[] twins = new CaseSource(4).Floats(10 * 6);
        Array.Copy(twins, 24, twins, 30, 6);
        yield return Case("twins", 1, 10, 6, twins, new(1, 1));
        yield return Case("all protected", 1, 4, 3, new CaseSource(6).Floats(12), new(0, 4));
        yield return Case("one left", 1, 4, 3, new CaseSource(6).Floats(12), new(0, 3, -2));
        // Padding equal to token 1 would be its best partner.
        float[] padded = new CaseSource(5).Floats(2 * 8 * 3);
        Array.Copy(padded, 0, padded, 21, 3);
        yield return Case("padding", 2, 8, 3, padded, new(4, 0), [1, 2, 1, 1, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
    }

    // Up to a third of each image is padding.
    private static float[] Sizes(CaseSource source, int b, int t)
    {
        float[] sizes = source.Positive((long)b * t, 1, 3);
        for (int i = 0; i < b; i++)
        {
            int padding = source.Int(0, t / 3);
            Array.Clear(sizes, ((i + 1) * t) - padding, padding);
        }

        return sizes;
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        float[] metric = new CaseSource(13).Floats(e.Rows * e.HeadDim);
        yield return Case("", e.Batch, e.Tokens, e.HeadDim, metric, new(e.Merged, Protected: 1));
    }

    private static OpCase Case(string what, int b, int t, int d, float[] metric, MatchRule rule, float[]? sizes = null)
    {
        string protect = rule.Protected > 0 ? $" protected {rule.Protected}" : "";
        string above = float.IsNaN(rule.Threshold) ? "" : $" above {rule.Threshold}";
        return new OpCase(
            $"{what} b {b} t {t} d {d} r {rule.R}{protect}{above}{(sizes is null ? "" : " padded")}".Trim(),
            [
                OpArgument.Input("metric", new Shape(b, t, d), metric),
                OpArgument.Input("sizes", new Shape(b, t), sizes ?? new float[b * t]),
                OpArgument.IndexOutput("map", new Shape(b, t)),
            ],
            (device, x) => device.MatchTokens(new(x[0], sizes is null ? default : x[1], rule, x[2])),
            CostOf(b, t, d));
    }
}
