using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class ClassAttentionContract : OpContract
{
    public override string Name => "ClassAttention";

    public override string Formula => "scores[t] = 1/H sum_h softmax_t(q[0, h] . k[t, h] / sqrt(D) + bias[t])";

    public override Tolerance Tolerance => new(1e-5, 1e-6);

    /// <summary>Multiply-adds of the scores: H T D per image.</summary>
    public static OpCost CostOf(long b, long t, long h, long d) => new(b * h * t * d, 4 * b * t * h * d);

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Int(1, 4), t = source.Extent(70), h = source.Int(1, 4), d = source.Extent(40);
        Shape qkv = new(b, t, 3, h, d), rows = new(b, t);
        bool biased = source.Coin();
        float[] bias = source.Positive(rows.Count, 0, 2);
        if (biased && t > 2) bias[source.Int(1, t - 1)] = float.NegativeInfinity;
        return Case("", qkv, source.Floats(qkv.Count), biased ? bias : null);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case("one token", new Shape(2, 1, 3, 2, 4), new CaseSource(1).Floats(48), null);
        yield return Case("scores of a thousand", new Shape(1, 9, 3, 2, 4), new CaseSource(2).Floats(9 * 24, 40), null);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        Shape qkv = new(e.Batch, e.Tokens, 3, e.Heads, e.HeadDim);
        yield return Case("", qkv, new CaseSource(13).Floats(qkv.Count), null);
    }

    private static OpCase Case(string what, Shape qkv, float[] values, float[]? bias)
    {
        var rows = new Shape(qkv[0], qkv[1]);
        return new OpCase(
            $"{what} qkv {qkv}{(bias is null ? "" : " with bias")}".Trim(),
            [
                OpArgument.Input("qkv", qkv, values),
                OpArgument.Input("bias", rows, bias ?? new float[rows.Count]),
                OpArgument.Output("scores", rows),
            ],
            (device, x) => device.ClassAttention(new(x[0], bias is null ? default : x[1], x[2])),
            CostOf(qkv[0], qkv[1], qkv[3], qkv[4]));
    }
}
