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
        var shape = new Shape(n);
        bool same = source.Coin();
        float alpha = source.Pick(1f, 0.25f, -0.7f), beta = source.Pick(0f, 0.999f, 1f);
        return new OpCase(
            $"n {n} alpha {alpha} beta {beta}{(same ? " x is y" : "")}",
            [OpArgument.Input("x", shape, source.Floats(n)), OpArgument.Output("y", shape, source.Floats(n))],
            (device, t) => device.Axpby(new(alpha, same ? t[1] : t[0], beta, t[1])),
            new OpCost(0, 12L * n));
    }
}
