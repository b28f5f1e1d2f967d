using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class PaddingBiasContract : OpContract
{
    public override string Name => "PaddingBias";

    public override string Formula => "bias[i] = sizes[i] > 0 ? 0 : -infinity";

    public override string NonFinite => "a NaN size counts as padding";

    public override Tolerance Tolerance => Tolerance.Exact;

    public override OpCase Generate(CaseSource source)
    {
        var shape = new Shape(source.Extent(9), source.Extent(70));
        float[] sizes = source.Positive(shape.Count, 0.5f, 4);
        for (int i = 0; i < sizes.Length; i++) sizes[i] = source.Int(0, 3) == 0 ? 0 : sizes[i];
        return Case(shape, sizes);
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case(new Shape(1, 5), [0, 1, float.NaN, float.PositiveInfinity, -0f]);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new Shape(e.Batch, e.Tokens), new CaseSource(13).Positive(e.Rows, 0.5f, 4))];

    private static OpCase Case(Shape shape, float[] sizes) => new(
        $"sizes {shape}",
        [OpArgument.Input("sizes", shape, sizes), OpArgument.Output("bias", shape)],
        (device, x) => device.PaddingBias(new(x[0], x[1])),
        new OpCost(0, 8 * shape.Count));
}
