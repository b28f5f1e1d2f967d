using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.Ilgpu;
using NeuralBurden.Tests.Interchange;
using NeuralBurden.Vit.Model;
using Xunit;

namespace NeuralBurden.Tests.Model;

/// <summary>
/// Gates of heads and hidden units against central differences of a loss computed in double by plain loops: what it changes
/// when a gate closes on one group for one token of one image, without regard to sign, added up over tokens and images.
/// </summary>
[Collection(EmulatedCollection.Name)]
public class GroupGatesTests
{
    private const int Images = 2;

    [Theory]
    [InlineData("reference", ModelGroups.Heads)]
    [InlineData("reference", ModelGroups.MlpUnits)]
    [InlineData("cpu", ModelGroups.Heads)]
    [InlineData("cpu", ModelGroups.MlpUnits)]
    [InlineData("ilgpu-cpu", ModelGroups.Heads)]
    [InlineData("ilgpu-cpu", ModelGroups.MlpUnits)]
    public void A_gate_is_what_the_loss_changes_token_by_token(string on, string kind)
    {
        var vit = new TimmVit { Dim = 6, Hidden = 5, Heads = 2, Rows = 2, Columns = 2, Patch = 2, Classes = 3 };
        float[] pixels = new CaseSource(5).Floats(Images * 3 * vit.Height * vit.Width);
        int[] labels = [2, 0];
        using var device = on switch
        {
            "reference" => new ReferenceDevice(),
            "cpu" => (Device)new CpuDevice(2),
            _ => EmulatedDevice.Open(),
        };
        var shape = new VitShape(
            3, vit.Height, vit.Width, vit.Patch, vit.Dim, vit.Depth, vit.Heads, vit.Hidden, vit.Classes, ClassToken: true);
        using var model = new VisionTransformer(device, shape);
        foreach (var (name, (_, values)) in vit.Tensors()) device.Upload(values, model.Parameters[name].Weights);
        using var gates = new GroupGates(device, shape);
        gates.Begin(kind);
        // The batch in two parts, whose gates add up.
        int size = pixels.Length / Images;
        for (int i = 0; i < Images; i++) Pass(device, model, gates, pixels.AsSpan(i * size, size), labels[i]);
        gates.Download();

        for (int block = 0; block < vit.Depth; block++)
        {
            double[] expected = Expected(vit, kind, block, pixels, labels);
            var actual = gates.Read(kind, ModelGroups.SetOf(block));
            Assert.Equal(expected.Length, actual.Length);
            double scale = expected.Max();
            Assert.True(scale > 1e-3);
            for (int g = 0; g < expected.Length; g++) Assert.Equal(expected[g], actual[g], 2e-5 * scale);
        }
    }

    private static void Pass(
        Device device, VisionTransformer model, GroupGates gates, ReadOnlySpan<float> pixels, int label)
    {
        var shape = model.Shape;
        var images = device.AllocateTensor(new Shape(1, shape.Channels, shape.Height, shape.Width), "image");
        device.Upload(pixels, images);
        var labels = device.AllocateTensor(new Shape(1), "labels", ElementType.Int32);
        device.Upload([label], labels);
        Tensor losses = device.AllocateTensor(new Shape(1), "losses"), correct = device.AllocateTensor(new Shape(1), "correct");
        var dLogits = device.AllocateTensor(new Shape(1, shape.Classes), "dLogits");
        var logits = model.Forward(images, ModelPass.Training(0, gates));
        device.CrossEntropy(new(logits, labels, 0, losses, correct, dLogits));
        model.Backward(dLogits);
        foreach (var tensor in new[] { images, labels, losses, correct, dLogits }) tensor.Buffer.Dispose();
    }

    private static double[] Expected(TimmVit vit, string kind, int block, float[] pixels, int[] labels)
    {
        const double step = 1e-4;
        bool heads = kind == ModelGroups.Heads;
        string place = $"blocks.{block}.{(heads ? "attn" : "mlp")}";
        double[] sums = new double[heads ? vit.Heads : vit.Hidden];
        int width = heads ? vit.Dim / vit.Heads : 1, tokens = vit.Extra + (vit.Rows * vit.Columns), size = pixels.Length / Images;
        for (int i = 0; i < Images; i++)
        {
            for (int t = 0; t < tokens; t++)
            {
                for (int g = 0; g < sums.Length; g++)
                    sums[g] += Math.Abs(Loss(i, t, g, 1 + step) - Loss(i, t, g, 1 - step)) / (2 * step);
            }
        }

        return sums;

        double Loss(int image, int token, int group, double gate)
        {
            var gated = vit with
            {
                Gate = (at, t, values) =>
                {
                    if (at != place || t != token) return;
                    for (int c = group * width; c < (group + 1) * width; c++) values[c] *= gate;
                },
            };
            double[] logits = gated.Logits(pixels.AsSpan(image * size, size));
            return Math.Log(logits.Sum(z => Math.Exp(z))) - logits[labels[image]];
        }
    }
}
