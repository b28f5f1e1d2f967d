using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class ClipByNormContract : OpContract
{
    public override string Name => "ClipByNorm";

    public override string Formula => "norm = sqrt(sum counted^2); g *= min(1, maximum / norm)";

    public override string Aliasing => "counted may be g";

    public override string NonFinite => "a non-finite norm is reported and leaves g as it is";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(3000);
        float[] g = source.Floats(n);
        return Case(g, source.Coin() ? g : source.Floats(n), source.Pick(0.5f, 10f, 1e6f, float.PositiveInfinity));
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        foreach (float[] g in new[]
        {
            new float[5], [1, float.NaN, 2], [1, float.PositiveInfinity, 2], new CaseSource(8).Floats(50_000),
        })
        {
            yield return Case(g, g, 1);
        }

        yield return Case([3, 4, 5], [0, 4, 0], 1);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        // The norm alone, so that timed repetitions see the same gradient.
        float[] g = new CaseSource(19).Floats(e.Parameters);
        yield return Case(g, g, float.PositiveInfinity);
    }

    private static OpCase Case(float[] g, float[] counted, float maximum) => new(
        $"n {g.Length} maximum {maximum}{(counted == g ? "" : " of others")}",
        [
            OpArgument.Output("g", new Shape(g.Length), g),
            OpArgument.Input("counted", new Shape(g.Length), counted),
            OpArgument.Output("norm", new Shape(1)),
        ],
        (device, t) => device.ClipByNorm(new(t[0], counted == g ? t[0] : t[1], maximum, t[2])),
        new OpCost(0, (float.IsInfinity(maximum) ? 4L : 12L) * g.Length));
}
