using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Tests.Burden;

/// <summary>
/// The loads of one block of one network once more, by plain loops over [image, token, channel] that follow the formulas of
/// the guide and share no code with the program.
/// </summary>
internal sealed class PlainLoads
{
    private readonly double[][][] _input;
    private readonly double[][] _inputSizes;

    public PlainLoads(Device device, VisionTransformer model, int index)
    {
        var block = model.Blocks[index];
        var a = block.Activations;
        int channels = a.Input.Dim, heads = model.Shape.Heads;
        (_input, _inputSizes) = (Values(device, a.Input.Tokens), Sizes(device, a.Input));
        (Output, OutputSizes) = (Values(device, a.Output.Tokens), Sizes(device, a.Output));
        Hidden = Values(device, a.Hidden, a.MlpInput);
        HiddenSizes = Sizes(device, a.MlpInput);
        float[] fc1 = HostCopy.Of(device, block.Fc1.Weight.Effective), fc2 = HostCopy.Of(device, block.Fc2.Weight.Effective);
        float[] qkv = HostCopy.Of(device, block.Qkv.Weight.Effective);
        float[] proj = HostCopy.Of(device, block.Projection.Weight.Effective);
        int units = fc1.Length / channels, width = channels / heads;
        Decoders = [.. Enumerable.Range(0, units).Select(j =>
            Enumerable.Range(0, channels).Select(c => (double)fc2[(c * units) + j]).ToArray())];
        Rms = Math.Sqrt(Mean(_input, _inputSizes, x => x.Sum(v => v * v) / channels));
        double[][][] norm1 = Values(device, a.Norm1, a.Input), norm2 = Values(device, a.Norm2, a.MlpInput);
        double[][][] attended = Values(device, a.Attended, a.Input);
        Mlp = new PlainSite(
            Hidden, HiddenSizes, units, 1,
            (h, j) => Math.Abs(h[j]),
            (h, j) => Math.Abs(h[j]) * Math.Sqrt(Decoders[j].Sum(d => d * d)),
            j => [j],
            j => fc1.Skip(j * channels).Take(channels).Any(w => w != 0),
            j => Decoders[j].Count(d => d != 0),
            fc1, norm2, Rms);
        Heads = new PlainSite(
            attended, _inputSizes, heads, width,
            (x, h) => Norm(Enumerable.Range(0, width).Select(i => x[(h * width) + i])),
            (x, h) => Norm(Enumerable.Range(0, channels).Select(c =>
                Enumerable.Range(0, width).Sum(i => proj[(c * channels) + (h * width) + i] * x[(h * width) + i]))),
            h => [.. Enumerable.Range(0, 3 * width).Select(i => (i / width * channels) + (h * width) + (i % width))],
            h => qkv.Skip(((2 * channels) + (h * width)) * channels).Take(width * channels).Any(w => w != 0),
            h => Enumerable.Range(0, channels * width).Count(i => proj[(i / width * channels) + (h * width) + (i % width)] != 0),
            qkv, norm1, Rms);
    }

    public double Rms { get; }

    public PlainSite Mlp { get; }

    public PlainSite Heads { get; }

    public double[][][] Output { get; }

    public double[][] OutputSizes { get; }

    public double[][][] Hidden { get; }

    public double[][] HiddenSizes { get; }

    public double[][] Decoders { get; }

    /// <summary>Class token beside the mean of the others by size, of each image.</summary>
    public static double[][] Parts(double[][][] values, double[][] sizes) => [.. values.Select((tokens, b) =>
    {
        double total = sizes[b].Skip(1).Sum();
        double[] mean = new double[tokens[0].Length];
        for (int n = 1; n < tokens.Length; n++)
        {
            for (int c = 0; c < mean.Length; c++) mean[c] += sizes[b][n] / total * tokens[n][c];
        }

        return (double[])[.. tokens[0], .. mean];
    })];

    /// <summary>Mean over images of the mean over tokens by size.</summary>
    public static double Mean(double[][][] values, double[][] sizes, Func<double[], double> of)
    {
        double sum = 0;
        for (int b = 0; b < values.Length; b++)
        {
            double total = sizes[b].Sum();
            for (int n = 0; n < values[b].Length; n++) sum += sizes[b][n] / total * of(values[b][n]);
        }

        return sum / values.Length;
    }

    private static double Norm(IEnumerable<double> x) => Math.Sqrt(x.Sum(v => v * v));

    private static double[][] Sizes(Device device, in TokenState state)
    {
        int batch = state.Batch, count = state.Count;
        float[] sizes = state.Sizes.IsNone ? [] : HostCopy.Of(device, state.Sizes);
        return [.. Enumerable.Range(0, batch).Select(b =>
            Enumerable.Range(0, count).Select(n => sizes.Length == 0 ? 1.0 : sizes[(b * count) + n]).ToArray())];
    }

    private static double[][][] Values(Device device, in Tensor tokens) =>
        Values(HostCopy.Of(device, tokens), tokens.Shape[0], tokens.Shape[1]);

    private static double[][][] Values(Device device, in Tensor rows, in TokenState state) =>
        Values(HostCopy.Of(device, rows), state.Batch, state.Count);

    private static double[][][] Values(float[] values, int batch, int tokens)
    {
        int channels = values.Length / batch / tokens;
        return [.. Enumerable.Range(0, batch).Select(b => Enumerable.Range(0, tokens).Select(n =>
            Enumerable.Range(0, channels).Select(c => (double)values[(((b * tokens) + n) * channels) + c]).ToArray()).ToArray())];
    }
}
