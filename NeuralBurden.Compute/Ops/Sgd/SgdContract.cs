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
        return Case(source, n, source.Coin(), source.Coin(), learningRate: 0.1f);
    }

    // So small a rate that timed repetitions leave the weights where they are.
    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        [Case(new CaseSource(19), e.Parameters, own: true, nesterov: false, learningRate: 1e-8f)];

    private static OpCase Case(CaseSource source, int n, bool own, bool nesterov, float learningRate)
    {
        var shape = new Shape(n);
        return new OpCase(
            $"n {n}{(nesterov ? " Nesterov" : "")}",
            [
                OpArgument.Output("w", shape, source.Floats(n)),
                OpArgument.Input("g", shape, source.Floats(n)),
                OpArgument.Output("u", shape, source.Floats(n)),
                OpArgument.Input("decayed", shape, source.Floats(n)),
            ],
            (device, t) => device.Sgd(new(t[0], t[1], t[2], own ? t[0] : t[3], learningRate, 0.9f, 5e-4f, nesterov)),
            new OpCost(0, 20L * n));
    }
}
