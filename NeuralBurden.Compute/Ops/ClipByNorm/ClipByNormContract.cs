using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.ClipByNorm;

public sealed class ClipByNormContract : OpContract
{
    public override string Name => "ClipByNorm";

    public override string Formula => "norm = sqrt(sum g^2); g *= min(1, maximum / norm)";

    public override string NonFinite => "a non-finite norm is reported and leaves g as it is";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(3000);
        return Case(source.Floats(n), source.Pick(0.5f, 10f, 1e6f, float.PositiveInfinity));
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Case(new float[5], 1);
        yield return Case([1, float.NaN, 2], 1);
        yield return Case([1, float.PositiveInfinity, 2], 1);
        yield return Case(new CaseSource(8).Floats(50_000), 1);
    }

    private static OpCase Case(float[] g, float maximum) => new(
        $"n {g.Length} maximum {maximum}",
        [OpArgument.Output("g", new Shape(g.Length), g), OpArgument.Output("norm", new Shape(1))],
        (device, t) => device.ClipByNorm(t[0], maximum, t[1]),
        new OpCost(0, 12L * g.Length));
}
