using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SelectTokensContract : OpContract
{
    public override string Name => "SelectTokens";

    public override string Formula => "map: the tokens of highest score stay in order, all others form the last group";

    public override string NonFinite => "a NaN score ranks below all others";

    public override Tolerance Tolerance => Tolerance.Exact;

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 5), t = 1 + source.Extent(70);
        bool protect = source.Coin();
        return Case("", b, t, source.Floats((long)b * t), source.Int(0, t - 1 - (protect ? 1 : 0)), protect);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case("all equal", 2, 7, new float[14], 3, true);
        float[] broken = [0.5f, float.NaN, float.NegativeInfinity, 1, float.PositiveInfinity, float.NaN];
        yield return Case("NaN and infinities", 1, 6, broken, 4, false);
        yield return Case("only one group", 1, 3, [1, 2, 3], 0, false);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case("", e.Batch, e.Tokens, new CaseSource(13).Positive(e.Rows, 0, 1), e.Left - 2, protect: true)];

    private static OpCase Case(string what, int b, int t, float[] scores, int keep, bool protect)
    {
        var rows = new Shape(b, t);
        return new OpCase(
            $"{what} b {b} t {t} keep {keep}{(protect ? " protected" : "")}".Trim(),
            [
                OpArgument.Input("scores", rows, scores),
                OpArgument.IndexOutput("map", rows),
                OpArgument.Output("weights", rows),
            ],
            (device, x) => device.SelectTokens(new(x[0], keep, protect, x[1], x[2])),
            new OpCost(0, 12 * rows.Count));
    }
}
