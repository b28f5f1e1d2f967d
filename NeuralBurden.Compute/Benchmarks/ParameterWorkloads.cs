using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Optimizers and masks over the matrices of four blocks.</summary>
internal static class ParameterWorkloads
{
    private const int Blocks = 4;

    // So small that the timed repetitions of an update leave the weights where they are.
    private const float LearningRate = 1e-8f;

    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents e)
    {
        var source = new CaseSource(19);
        int n = Blocks * ((4 * e.Dim * e.Dim) + (2 * e.Dim * e.MlpDim));
        yield return new OpWorkload(contract, contract.Name, contract.Name switch
        {
            "AdamW" => AdamW(n, source),
            "Sgd" => Sgd(n, source),
            "Axpby" => Axpby(n, source),
            "ClipByNorm" => Clip(n, source),
            "ApplyMask" => ApplyMask(n, source),
            _ => MaskGradient(n, source),
        });
    }

    private static OpCase AdamW(int n, CaseSource source)
    {
        Shape x = new(n);
        var options = new AdamWOptions(LearningRate, 0.9f, 0.999f, 1e-8f, 0.05f, Step: 100);
        return new OpCase(
            $"{x}",
            [
                OpArgument.Output("w", x, source.Floats(n)),
                OpArgument.Input("g", x, source.Floats(n, 0.1f)),
                OpArgument.Output("m", x, source.Floats(n, 0.01f)),
                OpArgument.Output("v", x, source.Positive(n, 0.001f, 0.1f)),
            ],
            (device, t) => device.AdamW(new(t[0], t[1], t[2], t[3], t[0], options)),
            new OpCost(0, 28L * n));
    }

    private static OpCase Sgd(int n, CaseSource source)
    {
        Shape x = new(n);
        return new OpCase(
            $"{x}",
            [
                OpArgument.Output("w", x, source.Floats(n)),
                OpArgument.Input("g", x, source.Floats(n, 0.1f)),
                OpArgument.Output("u", x, source.Floats(n, 0.01f)),
            ],
            (device, t) => device.Sgd(new(t[0], t[1], t[2], t[0], LearningRate, 0.9f, 0.05f, Nesterov: false)),
            new OpCost(0, 20L * n));
    }

    // The running mean of weights, as each step of training keeps it.
    private static OpCase Axpby(int n, CaseSource source)
    {
        Shape x = new(n);
        return new OpCase(
            $"{x}",
            [OpArgument.Input("x", x, source.Floats(n)), OpArgument.Output("y", x, source.Floats(n))],
            (device, t) => device.Axpby(new(0.001f, t[0], 0.999f, t[1])),
            new OpCost(0, 12L * n));
    }

    private static OpCase Clip(int n, CaseSource source)
    {
        Shape x = new(n);
        return new OpCase(
            $"{x}, norm alone",
            [OpArgument.Input("g", x, source.Floats(n)), OpArgument.Output("norm", new Shape(1))],
            (device, t) => device.ClipByNorm(new(t[0], t[0], float.PositiveInfinity, t[1])),
            new OpCost(0, 4L * n));
    }

    private static OpCase ApplyMask(int n, CaseSource source)
    {
        Shape x = new(n);
        return new OpCase(
            $"{x}, 90 % sparse",
            [
                OpArgument.Input("x", x, source.Floats(n)),
                OpArgument.Input("mask", new Shape(MaskWords.DeviceWordCount(n)), Mask(n, source)),
                OpArgument.Output("y", x),
            ],
            (device, t) => device.ApplyMask(new(t[0], t[1], t[2])),
            new OpCost(0, 8L * n));
    }

    private static OpCase MaskGradient(int n, CaseSource source)
    {
        Shape x = new(n);
        return new OpCase(
            $"{x}, 90 % sparse",
            [
                OpArgument.Output("g", x, source.Floats(n)),
                OpArgument.Input("w", x, source.Floats(n)),
                OpArgument.Input("mask", new Shape(MaskWords.DeviceWordCount(n)), Mask(n, source)),
            ],
            (device, t) => device.MaskGradient(new(t[0], t[1], t[2], 0, 0)),
            new OpCost(0, 12L * n));
    }

    private static int[] Mask(int n, CaseSource source)
    {
        var words = new int[MaskWords.DeviceWordCount(n)];
        for (int i = 0; i < n; i++)
        {
            if (source.Int(0, 9) == 0) words[i / 32] |= 1 << (i % 32);
        }

        return words;
    }
}
