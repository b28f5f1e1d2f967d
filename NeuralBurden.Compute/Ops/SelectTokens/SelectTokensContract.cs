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
        int protect = Math.Min(t - 1, source.Pick(0, 1, 1, 2, 5));
        return Case("", b, t, source.Floats((long)b * t), source.Int(0, t - 1 - protect), protect);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case("all equal", 2, 7, new float[14], 3, 1);
        float[] broken = [0.5f, float.NaN, float.NegativeInfinity, 1, float.PositiveInfinity, float.NaN];
        yield return Case("NaN and infinities", 1, 6, broken, 4, 0);
        yield return Case("only one group", 1, 3, [1, 2, 3], 0, 0);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case("", e.Batch, e.Tokens, new CaseSource(13).Positive(e.Rows, 0, 1), e.Left - 2, protect: 1)];

    private static OpCase Case(string what, int b, int t, float[] scores, int keep, int protect)
    {
        var rows = new Shape(b, t);
        return new OpCase(
            $"{what} b {b} t {t} keep {keep}{(protect > 0 ? $" protected {protect}" : "")}".Trim(),
            [
                OpArgument.Input("scores", rows, scores),
                OpArgument.IndexOutput("map", rows),
                OpArgument.Output("weights", rows),
            ],
            (device, x) => device.SelectTokens(new(x[0], keep, protect, x[1], x[2])),
            new OpCost(0, 12 * rows.Count));
    }
}
