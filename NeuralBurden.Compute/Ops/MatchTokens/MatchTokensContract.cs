using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.MatchTokens;

public sealed class MatchTokensContract : OpContract
{
    public override string Name => "MatchTokens";

    public override string Formula =>
        "map: the r even tokens most similar (cosine) to an odd one join it; order [even kept, odd]";

    public override string NonFinite =>
        "a similarity that is not finite ranks below all finite ones; zero norm gives similarity 0";

    public override Tolerance Tolerance => Tolerance.Exact;

    /// <summary>Multiply-adds of the similarities: |A| |B| D per image.</summary>
    public static OpCost CostOf(long b, long t, long d) => new(b * ((t + 1) / 2) * (t / 2) * d, 4 * b * t * d);

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 4), t = 1 + source.Extent(66), d = 2 + source.Extent(40);
        bool protect = source.Coin();
        int r = source.Int(0, Device.MaximalMerges(t, protect));
        return Case("", b, t, d, source.Floats((long)b * t * d), r, protect);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case("all equal", 2, 9, 4, Enumerable.Repeat(1f, 72).ToArray(), 4, true);
        yield return Case("zero norms", 1, 6, 3, new float[18], 3, false);
        yield return Case("two tokens", 3, 2, 5, new CaseSource(2).Floats(30), 1, false);
        yield return Case("one token", 2, 1, 5, new CaseSource(2).Floats(10), 0, false);
        var broken = new CaseSource(3).Floats(8 * 4);
        broken[5] = float.NaN;
        broken[17] = float.PositiveInfinity;
        yield return Case("NaN and infinity", 1, 8, 4, broken, 3, false);
        // Tokens 4 and 5 are equal, and so most similar: they merge first.
        var twins = new CaseSource(4).Floats(10 * 6);
        Array.Copy(twins, 24, twins, 30, 6);
        yield return Case("twins", 1, 10, 6, twins, 1, true);
    }

    private static OpCase Case(string what, int b, int t, int d, float[] metric, int r, bool protect) => new(
        $"{what} b {b} t {t} d {d} r {r}{(protect ? " protected" : "")}".Trim(),
        [OpArgument.Input("metric", new Shape(b, t, d), metric), OpArgument.IndexOutput("map", new Shape(b, t))],
        (device, x) => device.MatchTokens(x[0], r, protect, x[1]),
        CostOf(b, t, d));
}
