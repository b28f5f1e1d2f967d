using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class AssembleTokensContract : OpContract
{
    public override string Name => "AssembleTokens";

    public override string Formula =>
        "tokens[b, t] = (t >= T - P ? patches[b, t - (T - P)] : t = 0 ? class token or 0 : 0) + positions[t]";

    public override Tolerance Tolerance => new(3e-6, 1e-6);

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Extent(17), p = source.Extent(20), c = source.Extent(70);
        return Case(source, b, p, c, source.Coin(), source.Coin() ? source.Extent(4) : 0);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(17), e.Batch, e.Tokens - 1, e.Dim, hasClass: true, others: 0)];

    private static OpCase Case(CaseSource source, int b, int p, int c, bool hasClass, int others)
    {
        int t = p + (hasClass ? 1 : 0) + others;
        Shape patches = new(b, p, c), tokens = new(b, t, c), positions = new(t, c), one = new(c);
        return new OpCase(
            $"b {b} p {p} t {t} c {c}{(hasClass ? " with class token" : "")}",
            [
                OpArgument.Input("patches", patches, source.Floats(patches.Count)),
                OpArgument.Input("classToken", one, source.Floats(c)),
                OpArgument.Input("positions", positions, source.Floats(positions.Count)),
                OpArgument.Input("dTokens", tokens, source.Floats(tokens.Count)),
                OpArgument.Output("tokens", tokens),
                OpArgument.Output("dPatches", patches),
                OpArgument.Output("dClassToken", one, source.Floats(c)),
                OpArgument.Output("dPositions", positions, source.Floats(positions.Count)),
            ],
            (device, x) => device.AssembleTokens(new(x[0], hasClass ? x[1] : default, x[2], x[4])),
            new OpCost(0, 8 * tokens.Count))
        {
            Backward = (device, x) => device.AssembleTokensBackward(new(x[3], x[5], hasClass ? x[6] : default, x[7])),
            BackwardCost = new OpCost(0, 8 * tokens.Count),
        };
    }
}
