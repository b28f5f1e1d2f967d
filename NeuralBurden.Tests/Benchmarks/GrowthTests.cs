using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Model;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary>What a device holds grows as its formula does: a polynomial of the extents, of a known degree.</summary>
public class GrowthTests
{
    private static readonly WorkloadModel Base = new(32, 3) { Depth = 2, Heads = 2, Image = 16 };

    [Theory]
    [InlineData("dense")]
    [InlineData("masked+merge")]
    public void Memory_of_training_is_linear_in_batch_and_depth_and_quadratic_in_tokens_and_width(string name)
    {
        var one = WorkloadCase.Choose([name])[0];
        IsPolynomial([2, 4, 9], x => (x, Base with { Batch = x }));
        IsPolynomial([1, 2, 5], x => (x, Base with { Depth = x }));
        IsPolynomial([16, 32, 48, 96], x => (x, Base with { Dim = x }));
        IsPolynomial([12, 16, 24, 44], x => ((x / 4 * x / 4) + 1, Base with { Image = x }));

        // The last point is where the polynomial through those before it goes, but for rounding.
        void IsPolynomial(int[] extents, Func<int, (int X, WorkloadModel Model)> of)
        {
            double[] x = [.. extents.Select(e => (double)of(e).X)], y = [.. extents.Select(e => Held(of(e).Model))];
            double told = 0;
            for (int i = 0; i + 1 < x.Length; i++)
            {
                double term = y[i];
                for (int j = 0; j + 1 < x.Length; j++)
                    if (j != i) term *= (x[^1] - x[j]) / (x[i] - x[j]);
                told += term;
            }

            Assert.True(y[^1] <= 1.03 * told, $"{name}: {string.Join(", ", y)} bytes at {string.Join(", ", x)}; told {told}");
        }

        double Held(WorkloadModel model)
        {
            using var device = new CpuDevice(1);
            using var workload = new Workload(device, one, WorkloadKind.TrainStep, model);
            Assert.Null(workload.Check());
            return device.AllocatedBytes;
        }
    }

    [Fact]
    public void What_inference_needs_beside_the_weights_does_not_grow_with_depth()
    {
        long[] held = [.. new[] { 2, 4, 12 }.Select(Held)];
        Assert.Single(held.Distinct());

        static long Held(int depth)
        {
            using var device = new CpuDevice(1);
            var images = device.AllocateTensor(new Shape(4, 1, 16, 16), "images");
            using var model = new VisionTransformer(device, new VitShape(1, 16, 16, 4, 32, depth, 2, 64, 5, ClassToken: true));
            long before = device.AllocatedBytes;
            for (int i = 0; i < 2; i++) model.Forward(images, ModelPass.Logits);
            long held = device.AllocatedBytes - before;
            images.Buffer.Dispose();
            return held;
        }
    }
}
