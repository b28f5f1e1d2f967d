using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Ilgpu;
using NeuralBurden.Tests.Interchange;
using NeuralBurden.Vit.Model;
using Xunit;

namespace NeuralBurden.Tests.Model;

[Collection(EmulatedCollection.Name)]
public class DropPathTests
{
    private const int Images = 3;

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    [InlineData("ilgpu-cpu")]
    public void A_branch_is_left_out_of_an_image_or_scaled_up_and_evaluation_has_all_of_it(string on)
    {
        var vit = new TimmVit { Dim = 6, Hidden = 5, Heads = 2, Depth = 3, Rows = 2, Columns = 2, Patch = 2, Classes = 3 };
        float[] pixels = new CaseSource(5).Floats(Images * 3 * vit.Height * vit.Width);
        int size = pixels.Length / Images;
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
        var images = device.AllocateTensor(new Shape(Images, 3, vit.Height, vit.Width), "images");
        device.Upload(pixels, images);
        using var drop = new DropPath(device, 0.6, vit.Depth, Images, seed: 4);

        var seen = new HashSet<(int Block, bool Stays)>();
        for (int step = 0; step < 6; step++)
        {
            drop.Draw(step, 0);
            float[] logits = HostCopy.Of(device, model.Forward(images, ModelPass.Training(step, dropPath: drop)));
            for (int i = 0; i < Images; i++)
            {
                var scaled = vit with { Branch = at => Scale(at, i) };
                Agree(scaled.Logits(pixels.AsSpan(i * size, size)), logits.AsSpan(i * vit.Classes, vit.Classes));
            }
        }

        Assert.Equal([(0, true), (1, false), (1, true), (2, false), (2, true)], seen.Order());
        float[] whole = HostCopy.Of(device, model.Forward(images, ModelPass.Evaluation));
        for (int i = 0; i < Images; i++)
            Agree(vit.Logits(pixels.AsSpan(i * size, size)), whole.AsSpan(i * vit.Classes, vit.Classes));
        images.Buffer.Dispose();

        double Scale(string place, int image)
        {
            int block = int.Parse(place.Split('.')[1]);
            var scales = drop.Scales(block, place.EndsWith("mlp", StringComparison.Ordinal) ? DropPath.Mlp : DropPath.Attention);
            double scale = scales.IsNone ? 1 : HostCopy.Of(device, scales)[image];
            seen.Add((block, scale != 0));
            // 0, 0.3 and 0.6 of the time.
            if (scale != 0) Assert.Equal(1 / (1 - (0.3 * block)), scale, 1e-6);
            return scale;
        }
    }

    [Fact]
    public void Branches_are_left_out_as_often_as_is_asked_and_each_by_a_draw_of_its_own()
    {
        const int depth = 5, images = 64, steps = 50;
        using var device = new CpuDevice(1);
        using var drop = new DropPath(device, 0.4, depth, images, seed: 1);
        for (int block = 1; block < depth; block++)
        {
            int left = 0, both = 0;
            for (int step = 0; step < steps; step++)
            {
                drop.Draw(step, 0);
                float[] attention = HostCopy.Of(device, drop.Scales(block, DropPath.Attention));
                float[] mlp = HostCopy.Of(device, drop.Scales(block, DropPath.Mlp));
                left += attention.Concat(mlp).Count(s => s == 0);
                both += attention.Zip(mlp).Count(s => s.First == 0 && s.Second == 0);
            }

            double rate = 0.4 * block / (depth - 1), n = steps * images;
            Assert.Equal(rate, left / (2 * n), 4 * Math.Sqrt(rate * (1 - rate) / (2 * n)));
            Assert.Equal(rate * rate, both / n, 4 * Math.Sqrt(rate * rate * (1 - (rate * rate)) / n));
        }
    }

    [Fact]
    public void Parts_of_a_batch_draw_what_the_whole_batch_draws()
    {
        using var device = new CpuDevice(1);
        using DropPath whole = new(device, 0.5, 3, 8, seed: 7), part = new(device, 0.5, 3, 2, seed: 7);
        whole.Draw(9, 0);
        float[] all = HostCopy.Of(device, whole.Scales(2, DropPath.Mlp));
        for (int first = 0; first < 8; first += 2)
        {
            part.Draw(9, first);
            Assert.Equal(all[first..(first + 2)], HostCopy.Of(device, part.Scales(2, DropPath.Mlp)));
        }

        var wrong = Assert.Throws<SettingException>(() => new DropPath(device, 0.5, 1, 2, 7));
        Assert.Equal("train.drop_path", wrong.Key);
    }

    private static void Agree(double[] expected, ReadOnlySpan<float> actual)
    {
        for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], actual[c], 1e-4);
    }
}
