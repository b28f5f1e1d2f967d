using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class LinearGradientContract : OpContract
{
    public override string Name => "LinearGradient";

    public override string Formula => "dW = dy^T x, db[n] = sum_m dy[m,n]";

    public override Tolerance Tolerance => new(4e-6, 4e-6);

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Extent(600), source.Extent(90), source.Extent(90));

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Draw(new CaseSource(1), 0, 5, 3);
        yield return Draw(new CaseSource(2), 1, 1, 1);
        // Several slices of the sum; rows of weights beyond one tile; widths that are no multiple of four.
        yield return Draw(new CaseSource(3), 2100, 33, 20);
        yield return Draw(new CaseSource(4), 130, 132, 8);
        yield return Draw(new CaseSource(5), 1030, 10, 64);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Draw(new CaseSource(12), e.Rows, e.MlpDim, e.Dim) with { Place = "fc1" }];

    private static OpCase Draw(CaseSource source, int m, int n, int k) => new(
        $"m {m} n {n} k {k}",
        [
            OpArgument.Input("dy", new Shape(m, n), source.Floats((long)m * n)),
            OpArgument.Input("x", new Shape(m, k), source.Floats((long)m * k)),
            OpArgument.Output("dw", new Shape(n, k), source.Floats((long)n * k)),
            OpArgument.Output("db", new Shape(n), source.Floats(n)),
        ],
        (device, t) => device.LinearGradient(new(t[0], t[1], t[2], t[3])),
        new OpCost((long)m * n * k, 4L * (((long)m * (n + k)) + ((long)n * (k + 1)))));
}
