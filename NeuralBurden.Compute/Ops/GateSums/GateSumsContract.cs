using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class GateSumsContract : OpContract
{
    public override string Name => "GateSums";

    public override string Formula => "y[g] += sum_m |sum_i a[m,g,i] da[m,g,i]|";

    public override string Aliasing => "a and da may be the same";

    public override Tolerance Tolerance => new(4e-6, 4e-6);

    public override OpCase Generate(CaseSource source) =>
        Draw(source, source.Extent(400), source.Int(1, 8), source.Coin() ? 1 : source.Extent(70));

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Draw(new CaseSource(3), 1100, 3, 16);
        yield return Draw(new CaseSource(4), 300, 77, 1);
        yield return Draw(new CaseSource(5), 0, 5, 2);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
    [
        Draw(new CaseSource(11), e.Rows, e.Heads, e.HeadDim) with { Place = "heads" },
        Draw(new CaseSource(12), e.Rows, e.MlpDim, 1) with { Place = "units" },
    ];

    private static OpCase Draw(CaseSource source, int m, int g, int w)
    {
        Shape rows = new(m, g * w);
        return new OpCase(
            $"m {m} groups {g} width {w}",
            [
                OpArgument.Input("a", rows, source.Floats(rows.Count)),
                OpArgument.Input("da", rows, source.Floats(rows.Count)),
                OpArgument.Output("y", new Shape(g), source.Floats(g)),
            ],
            (device, t) => device.GateSums(new(t[0], t[1], t[2])),
            new OpCost(0, 8L * rows.Count));
    }
}
