using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class LayerNormContract : OpContract
{
    public override string Name => "LayerNorm";

    public override string Formula =>
        "y = (x - mean) rstd gamma + beta per row; dx (+)= rstd (g - mean(g) - n mean(g n)) with g = dy gamma";

    public override string Aliasing => "y may be x; dx may be neither dy nor x";

    public override Tolerance Tolerance => new(1e-5, 1e-5);

    public override OpCase Generate(CaseSource source)
    {
        int m = source.Extent(200), c = 1 + source.Extent(129);
        return Case(source, m, c, source.Floats((long)m * c, source.Pick(0.1f, 1, 10)));
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        // A constant row has variance 0: y must be beta, not NaN. A large common offset must not cancel the variance away.
        yield return Case(new CaseSource(1), 2, 48, new float[96]);
        float[] shifted = new CaseSource(2).Floats(3 * 64);
        for (int i = 0; i < shifted.Length; i++) shifted[i] += 100;
        yield return Case(new CaseSource(3), 3, 64, shifted);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(11);
        yield return Case(source, e.Rows, e.Dim, source.Floats(e.Rows * e.Dim));
    }

    private static OpCase Case(CaseSource source, int m, int c, float[] x)
    {
        Shape matrix = new(m, c), channels = new(c), rows = new(m);
        bool accumulate = source.Coin();
        return new OpCase(
            $"m {m} c {c}{(accumulate ? " accumulate" : "")}",
            [
                OpArgument.Input("x", matrix, x),
                OpArgument.Input("gamma", channels, source.Floats(c)),
                OpArgument.Input("beta", channels, source.Floats(c)),
                OpArgument.Input("dy", matrix, source.Floats(matrix.Count)),
                OpArgument.Output("y", matrix),
                OpArgument.Output("mean", rows),
                OpArgument.Output("rstd", rows),
                OpArgument.Output("dx", matrix, source.Floats(matrix.Count)),
                OpArgument.Output("dgamma", channels, source.Floats(c)),
                OpArgument.Output("dbeta", channels, source.Floats(c)),
            ],
            (device, t) => device.LayerNorm(new(t[0], t[1], t[2], t[4], t[5], t[6])),
            new OpCost(0, 8L * m * c))
        {
            Backward = (device, t) => device.LayerNormBackward(
                new(t[3], t[0], t[1], t[5], t[6], t[7], t[8], t[9], accumulate)),
            BackwardCost = new OpCost(0, (accumulate ? 16L : 12L) * m * c),
        };
    }
}
