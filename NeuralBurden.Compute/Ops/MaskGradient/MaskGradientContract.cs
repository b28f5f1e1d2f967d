using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

public sealed class MaskGradientContract : OpContract
{
    public override string Name => "MaskGradient";

    public override string Formula => "g[i] = mask bit i ? g[i] : prunedScale g[i] + prunedDecay w[i]";

    public override OpCase Generate(CaseSource source)
    {
        int n = source.Extent(900), words = MaskWords.DeviceWordCount(n);
        float scale = source.Pick(0f, 0.5f, 1f), decay = source.Pick(0f, 2e-4f, 0.3f);
        return new OpCase(
            $"n {n} scale {scale} decay {decay}",
            [
                OpArgument.Output("g", new Shape(n), source.Floats(n)),
                OpArgument.Input("w", new Shape(n), source.Floats(n)),
                OpArgument.Input("mask", new Shape(words), source.Ints(words, int.MinValue / 2, int.MaxValue / 2)),
            ],
            (device, t) => device.MaskGradient(new(t[0], t[1], t[2], scale, decay)),
            new OpCost(0, 12L * n));
    }
}
