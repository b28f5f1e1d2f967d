using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SumTokensContract : OpContract
{
    public override string Name => "SumTokens";

    public override string Formula => "merged[m] = sum_{map n = m} weights[n] tokens[n]";

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 5), t = source.Extent(66), c = source.Extent(70), left = source.Int(1, t);
        return Case(source, b, t, left, c, source.Ints((long)b * t, source.Coin() ? -1 : 0, left - 1));
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(13);
        yield return Case(source, e.Batch, e.Tokens, e.Left, e.Dim, source.MergeMap(e.Batch, e.Tokens, e.Left));
    }

    private static OpCase Case(CaseSource source, int b, int t, int left, int c, int[] map)
    {
        Shape tokens = new(b, t, c), merged = new(b, left, c), rows = new(b, t);
        return new OpCase(
            $"b {b} t {t} -> {left} c {c}",
            [
                OpArgument.Input("tokens", tokens, source.Floats(tokens.Count)),
                OpArgument.Input("weights", rows, source.Floats(rows.Count)),
                OpArgument.Input("map", rows, map),
                OpArgument.Input("dMerged", merged, source.Floats(merged.Count)),
                OpArgument.Output("merged", merged),
                OpArgument.Output("dTokens", tokens),
            ],
            (device, x) => device.SumTokens(new(x[0], x[1], x[2], x[4])),
            new OpCost(0, 4 * (tokens.Count + merged.Count)))
        {
            Backward = (device, x) => device.SumTokensBackward(new(x[3], x[1], x[2], x[5])),
            BackwardCost = new OpCost(0, 4 * (tokens.Count + merged.Count)),
        };
    }
}
