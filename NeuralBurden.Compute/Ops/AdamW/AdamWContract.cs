using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class AdamWContract : OpContract
{
    public override string Name => "AdamW";

    public override string Formula =>
        "m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= lr (decay d + mhat / (sqrt(vhat) + eps))";

    public override string Aliasing => "decayed may be w";

    public override OpCase Generate(CaseSource source) => Draw(source, source.Extent(900));

    public override IEnumerable<OpCase> EdgeCases()
    {
        yield return Draw(new CaseSource(5), 40_000);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e) =>
        // So small a rate that timed repetitions leave the weights where they are.
        [Case(new CaseSource(19), e.Parameters, own: true, new AdamWOptions(1e-8f, 0.9f, 0.999f, 1e-8f, 0.05f, Step: 100))];

    private static OpCase Draw(CaseSource source, int n)
    {
        bool own = source.Coin();
        int step = source.Int(1, 2000), frozen = source.Int(0, 3) == 0 ? source.Int(1, step) : 0;
        var options = new AdamWOptions(1e-2f, 0.9f, 0.999f, 1e-8f, 0.05f, step, frozen);
        return Case(source, n, own, options);
    }

    private static OpCase Case(CaseSource source, int n, bool own, AdamWOptions options)
    {
        var shape = new Shape(n);
        return new OpCase(
            $"n {n} {options}",
            [
                OpArgument.Output("w", shape, source.Floats(n)),
                OpArgument.Input("g", shape, source.Floats(n, 0.1f)),
                OpArgument.Output("m", shape, source.Floats(n, 0.1f)),
                OpArgument.Output("v", shape, source.Positive(n, 1e-4f, 0.1f)),
                OpArgument.Input("decayed", shape, source.Floats(n)),
            ],
            (device, t) => device.AdamW(new(t[0], t[1], t[2], t[3], own ? t[0] : t[4], options)),
            new OpCost(0, 28L * n));
    }
}
