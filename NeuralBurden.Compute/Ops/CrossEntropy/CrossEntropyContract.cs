using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class CrossEntropyContract : OpContract
{
    public override string Name => "CrossEntropy";

    public override string Formula =>
        "loss[b] = -(1 - s) (a q[b, label] + (1 - a) q[b, other]) - s / K sum_k q[b, k], q = log softmax, a = shares[b]; "
        + "dlogits = (softmax - target) / B";

    public override string Aliasing => "dLogits may be logits";

    public override string NonFinite => "a row with a NaN has a NaN loss and counts as wrong";

    public override OpCase Generate(CaseSource source)
    {
        int b = source.Extent(70), k = 1 + source.Extent(64);
        float[] logits = source.Floats((long)b * k, 3);
        int[] labels = source.Ints(b, 0, k - 1);
        float smoothing = source.Pick(0f, 0.1f);
        return source.Coin()
            ? Case(b, k, logits, labels, smoothing)
            : Case(b, k, logits, labels, smoothing, source.Ints(b, 0, k - 1), source.Positive(b, 0, 1));
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case(2, 3, [1000, 1000, 999, -1000, 0, 1000], [2, 0], 0.1f);
        yield return Case(2, 4, [1, 1, 1, 1, 0, 2, 2, 1], [0, 2], 0);
        yield return Case(3, 2, [0, 2, 2, 0, 0, 0], [0, 0, 1], 0.1f, [1, 0, 1], [0.5f, 0, 1]);
        yield return Case(2, 3, [0, float.NaN, 1, 0, 1, 2], [1, 2], 0);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        const int classes = 10;
        var source = new CaseSource(11);
        yield return Case(
            e.Batch, classes, source.Floats(e.Batch * classes), source.Ints(e.Batch, 0, classes - 1), smoothing: 0);
    }

    private static OpCase Case(
        int b, int k, float[] logits, int[] labels, float smoothing, int[]? others = null, float[]? shares = null)
    {
        bool mixed = others is not null;
        Shape matrix = new(b, k), rows = new(b);
        return new OpCase(
            $"b {b} k {k} smoothing {smoothing}{(mixed ? " mixed" : "")}",
            [
                OpArgument.Input("logits", matrix, logits),
                OpArgument.Input("labels", rows, labels),
                OpArgument.Input("others", rows, others ?? labels),
                OpArgument.Input("shares", rows, shares ?? new float[b]),
                OpArgument.Output("losses", rows),
                OpArgument.Output("correct", rows),
                OpArgument.Output("dLogits", matrix),
            ],
            (device, t) => device.CrossEntropy(new(
                t[0], t[1], smoothing, t[4], t[5], t[6], mixed ? t[2] : default, mixed ? t[3] : default)),
            new OpCost(0, 8L * b * k));
    }
}
