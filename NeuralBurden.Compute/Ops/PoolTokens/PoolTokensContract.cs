using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class PoolTokensContract : OpContract
{
    public override string Name => "PoolTokens";

    public override string Formula => "pooled[b] = the size-weighted mean of tokens[b, t] over a range of t";

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Extent(9), t = source.Extent(40), c = source.Extent(70);
        return Case(source, b, t, c, Range(source, t), source.Coin());
    }

    // The mean over tokens; the class token alone would be a copy.
    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(17), e.Batch, e.Tokens, e.Dim, new TokenRange(0, e.Tokens), sized: false)];

    private static OpCase Case(CaseSource source, int b, int t, int c, TokenRange range, bool sized)
    {
        Shape tokens = new(b, t, c), sizes = new(b, t), pooled = new(b, c);
        return new OpCase(
            $"b {b} t {t} c {c} range {range.First}+{range.Count}{(sized ? " sized" : "")}",
            [
                OpArgument.Input("tokens", tokens, source.Floats(tokens.Count)),
                OpArgument.Input("sizes", sizes, source.Positive(sizes.Count, 1, 4)),
                OpArgument.Input("dPooled", pooled, source.Floats(pooled.Count)),
                OpArgument.Output("pooled", pooled),
                OpArgument.Output("dTokens", tokens),
            ],
            (device, x) => device.PoolTokens(new(x[0], sized ? x[1] : default, range, x[3])),
            new OpCost(0, 4 * (tokens.Count + pooled.Count)))
        {
            Backward = (device, x) => device.PoolTokensBackward(new(x[2], sized ? x[1] : default, range, x[4])),
            BackwardCost = new OpCost(0, 4 * (tokens.Count + pooled.Count)),
        };
    }

    // One token, all of them, or any part.
    private static TokenRange Range(CaseSource source, int tokens)
    {
        if (source.Coin()) return source.Coin() ? TokenRange.One(source.Int(0, tokens - 1)) : new TokenRange(0, tokens);
        int first = source.Int(0, tokens - 1);
        return new TokenRange(first, source.Int(1, tokens - first));
    }
}
