using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class ColumnSumContract : OpContract
{
    public override string Name => "ColumnSum";

    public override string Formula => "y[n] = sum_m x[m,n], or y += the sum";

    public override Tolerance Tolerance => new(4e-6, 4e-6);

    public override OpCase Generate(CaseSource source) => Draw(source, source.Extent(600), source.Extent(130));

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Draw(new CaseSource(3), 2100, 33);
        yield return Draw(new CaseSource(4), 0, 5);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Draw(new CaseSource(11), e.Rows, e.MlpDim) with { Place = "fc1" }];

    private static OpCase Draw(CaseSource source, int m, int n)
    {
        bool accumulate = source.Coin();
        return new OpCase(
            $"m {m} n {n}{(accumulate ? " accumulate" : "")}",
            [
                OpArgument.Input("x", new Shape(m, n), source.Floats((long)m * n)),
                OpArgument.Output("y", new Shape(n), source.Floats(n)),
            ],
            (device, t) => device.ColumnSum(new(t[0], t[1], accumulate)),
            new OpCost(0, 4L * m * n));
    }
}
