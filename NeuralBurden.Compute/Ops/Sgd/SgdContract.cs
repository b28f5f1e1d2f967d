using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class SgdContract : OpContract
{
    public override string Name => "Sgd";

    public override string Formula => "u = momentum u + g + decay d; w -= lr u, or lr (g + decay d + momentum u)";

    public override string Aliasing => "decayed may be w";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(900);
        var shape = new Shape(n);
        bool own = source.Coin(), nesterov = source.Coin();
        return new OpCase(
            $"n {n}{(nesterov ? " Nesterov" : "")}",
            [
                OpArgument.Output("w", shape, source.Floats(n)),
                OpArgument.Input("g", shape, source.Floats(n)),
                OpArgument.Output("u", shape, source.Floats(n)),
                OpArgument.Input("decayed", shape, source.Floats(n)),
            ],
            (device, t) => device.Sgd(new(t[0], t[1], t[2], own ? t[0] : t[3], 0.1f, 0.9f, 5e-4f, nesterov)),
            new OpCost(0, 20L * n));
    }
}
