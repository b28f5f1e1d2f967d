using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class GeluContract : OpContract
{
    public override string Name => "Gelu";

    public override string Formula => "y = x (1 + erf(x / sqrt 2)) / 2; dx = dy gelu'(x)";

    public override string Aliasing => "y may be x; dx may be dy or x";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(300);
        return Case(source.Floats(n, 3), source.Floats(n));
    }

    public override IEnumerable<OpCase> EdgeCases()
    {
        float[] x = [0, -0f, 1e-20f, 6, -6, 40, -40, 1e30f, -1e30f, 0.5f, -0.5f, 3, -3, -8, 8, -5.5f, 2, -2, 1];
        float[] dy = new float[x.Length];
        Array.Fill(dy, 1);
        yield return Case(x, dy);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var source = new CaseSource(11);
        yield return Case(source.Floats(e.Rows * e.MlpDim), source.Floats(e.Rows * e.MlpDim));
    }

    private static OpCase Case(float[] x, float[] dy)
    {
        var shape = new Shape(x.Length);
        return new OpCase(
            $"n {x.Length}",
            [
                OpArgument.Input("x", shape, x), OpArgument.Input("dy", shape, dy),
                OpArgument.Output("y", shape), OpArgument.Output("dx", shape),
            ],
            (device, t) => device.Gelu(new(t[0], t[2])),
            new OpCost(0, 8L * x.Length))
        {
            Backward = (device, t) => device.GeluBackward(new(t[1], t[0], t[3])),
            BackwardCost = new OpCost(0, 12L * x.Length),
        };
    }
}
