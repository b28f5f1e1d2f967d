using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class MergeTokensContract : OpContract
{
    public override string Name => "MergeTokens";

    public override string Formula => "merged[m] = sum_{map n = m} size[n] tokens[n] / sum_{map n = m} size[n]";

    public override string NonFinite =>
        "a group without tokens, or of size 0, is padding: value 0, size 0, log size -infinity, no gradient";

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 5), t = source.Extent(66), c = source.Extent(70), left = source.Int(1, t);
        int[] map = Map(source, b, t, left, drop: source.Coin());
        bool sized = source.Coin();
        return Case(b, t, left, c, source.Positive((long)b * t, 1, 3), map, sized, source);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        // Token 1 of size 0 is padding of an earlier merge, alone in group 0; no token goes to group 2.
        yield return Case(1, 4, 3, 5, [1, 0, 2, 3], [1, 0, 1, -1], sized: true, new CaseSource(6));
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(13);
        int[] map = source.MergeMap(e.Batch, e.Tokens, e.Left);
        yield return Case(e.Batch, e.Tokens, e.Left, e.Dim, new float[e.Rows], map, sized: false, source);
    }

    private static OpCase Case(
        int b, int t, int left, int c, float[] sizeValues, int[] map, bool sized, CaseSource source)
    {
        Shape tokens = new(b, t, c), merged = new(b, left, c), sizes = new(b, t), totals = new(b, left);
        return new OpCase(
            $"b {b} t {t} -> {left} c {c}{(sized ? " sized" : "")}",
            [
                OpArgument.Input("tokens", tokens, source.Floats(tokens.Count)),
                OpArgument.Input("sizes", sizes, sizeValues),
                OpArgument.Input("map", sizes, map),
                OpArgument.Input("dMerged", merged, source.Floats(merged.Count)),
                OpArgument.Output("merged", merged),
                OpArgument.Output("mergedSizes", totals),
                OpArgument.Output("logSizes", totals),
                OpArgument.Output("dTokens", tokens),
            ],
            (device, x) => device.MergeTokens(new(x[0], sized ? x[1] : default, x[2], x[4], x[5], x[6])),
            new OpCost(0, 4 * (tokens.Count + merged.Count)))
        {
            Backward = (device, x) => device.MergeTokensBackward(new(x[3], sized ? x[1] : default, x[2], x[5], x[7])),
            BackwardCost = new OpCost(0, 4 * (tokens.Count + merged.Count)),
        };
    }

    private static int[] Map(CaseSource source, int b, int t, int left, bool drop) =>
        source.Ints((long)b * t, drop ? -1 : 0, left - 1);
}
