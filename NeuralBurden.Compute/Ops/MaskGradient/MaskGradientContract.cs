using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class MaskGradientContract : OpContract
{
    public override string Name => "MaskGradient";

    public override string Formula => "g[i] = mask bit i ? g[i] : prunedScale g[i] + prunedDecay w[i]";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(900);
        float scale = source.Pick(0f, 0.5f, 1f), decay = source.Pick(0f, 2e-4f, 0.3f);
        int[] mask = source.Ints(MaskWords.DeviceWordCount(n), int.MinValue / 2, int.MaxValue / 2);
        return Case(source, n, mask, scale, decay);
    }

    public override IEnumerable<OpCase> StepCases(StepExtents e)
    {
        var w = new SparseCase(new CaseSource(20), 1, e.Parameters, 1, kept: 10);
        yield return Case(new CaseSource(19), e.Parameters, w.DeviceWords, 0, 0);
    }

    private static OpCase Case(CaseSource source, int n, int[] mask, float scale, float decay) => new(
        $"n {n} scale {scale} decay {decay}",
        [
            OpArgument.Output("g", new Shape(n), source.Floats(n)),
            OpArgument.Input("w", new Shape(n), source.Floats(n)),
            OpArgument.Input("mask", new Shape(mask.Length), mask),
        ],
        (device, t) => device.MaskGradient(new(t[0], t[1], t[2], scale, decay)),
        new OpCost(0, 12L * n));
}
