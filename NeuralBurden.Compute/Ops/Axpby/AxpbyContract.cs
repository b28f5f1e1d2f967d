using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class AxpbyContract : OpContract
{
    public override string Name => "Axpby";

    public override string Formula => "y = alpha x + beta y";

    public override string Aliasing => "x may be y";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(900);
        bool same = source.Coin();
        return Case(source, n, source.Pick(1f, 0.25f, -0.7f), source.Pick(0f, 0.999f, 1f), same);
    }

    // The running mean of weights, as each step of training keeps it.
    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(19), e.Parameters, 0.001f, 0.999f, same: false)];

    private static OpCase Case(CaseSource source, int n, float alpha, float beta, bool same)
    {
        var shape = new Shape(n);
        return new OpCase(
            $"n {n} alpha {alpha} beta {beta}{(same ? " x is y" : "")}",
            [OpArgument.Input("x", shape, source.Floats(n)), OpArgument.Output("y", shape, source.Floats(n))],
            (device, t) => device.Axpby(new(alpha, same ? t[1] : t[0], beta, t[1])),
            new OpCost(0, 12L * n));
    }
}
