using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class AttentionContract : OpContract
{
    public override string Name => "Attention";

    public override string Formula => "P = softmax(q k^T / sqrt(D) + log size), y = P v, per image and head";

    public override Tolerance Tolerance => new(1e-5, 2e-6);

    /// <summary>Multiply-adds of the forward pass: scores and values, T^2 D each per head.</summary>
    public static OpCost CostOf(long b, long t, long h, long d) => new(2 * b * h * t * t * d, 4 * b * t * h * d * 4);

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Int(1, 3), 1 + source.Extent(69), source.Int(1, 4), source.Pick(1, 3, 4, 8, 16, 17, 24, 32, 48));

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Draw(new CaseSource(1), 1, 2, 1, 1);
        yield return Draw(new CaseSource(2), 2, 65, 4, 16);
        yield return Draw(new CaseSource(3), 1, 130, 2, 48);
        // Too many tokens for one block of queries, and many heads with little to do.
        yield return Draw(new CaseSource(6), 1, 230, 1, 8);
        yield return Draw(new CaseSource(7), 40, 3, 4, 5);
        // Large scores: the softmax must subtract the maximum. Equal ones: all probabilities equal.
        float[] large = new CaseSource(4).Floats(9 * 3 * 8, 40);
        yield return Case(new CaseSource(4), "scores of a thousand", 1, 9, 2, 4, large, sizes: true);
        yield return Case(new CaseSource(5), "all equal", 1, 17, 1, 8, new float[17 * 24], sizes: false);
    }

    /// <summary>Scores, softmax and values of all images and heads, with the probabilities that backward needs.</summary>
    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(11);
        float[] qkv = source.Floats(3L * e.Rows * e.Dim);
        yield return Case(source, "", e.Batch, e.Tokens, e.Heads, e.HeadDim, qkv, sizes: false);
    }

    private static OpCase Draw(CaseSource source, int b, int t, int h, int d) =>
        Case(source, "", b, t, h, d, source.Floats((long)b * t * 3 * h * d), source.Coin());

    private static OpCase Case(CaseSource source, string what, int b, int t, int h, int d, float[] qkv, bool sizes)
    {
        Shape input = new(b, t, 3, h, d), output = new(b, t, h * d), p = new(b, h, t, t), rows = new(b, t);
        float[] logSizes = source.Positive(rows.Count, 0, 2);
        // One padded key per image; never the first, so that no row is empty.
        if (sizes && t > 2 && source.Coin())
        {
            for (int i = 0; i < b; i++) logSizes[(i * t) + source.Int(1, t - 1)] = float.NegativeInfinity;
        }

        return new OpCase(
            $"{what} b {b} t {t} h {h} d {d}{(sizes ? " with sizes" : "")}".Trim(),
            [
                OpArgument.Input("qkv", input, qkv),
                OpArgument.Input("logSizes", rows, logSizes),
                OpArgument.Input("dOutput", output, source.Floats(output.Count)),
                OpArgument.Output("output", output),
                OpArgument.Output("probabilities", p),
                OpArgument.Output("dqkv", input),
                OpArgument.Output("output without probabilities", output),
            ],
            (device, x) => device.Attention(new(x[0], sizes ? x[1] : default, x[3], x[4])),
            CostOf(b, t, h, d) + new OpCost(0, 4 * p.Count))
        {
            Backward = (device, x) => device.AttentionBackward(new(x[2], x[0], x[4], x[5])),
            BackwardCost = new OpCost(
                2 * CostOf(b, t, h, d).MultiplyAdds, 4 * ((2 * input.Count) + output.Count + p.Count)),
            AlsoChecked = (device, x) => device.Attention(new(x[0], sizes ? x[1] : default, x[6], default)),
        };
    }
}
