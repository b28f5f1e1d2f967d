using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model;

public class EvaluationTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Logits_of_a_large_batch_are_bit_by_bit_those_of_its_images_at_once(int threads, bool merges)
    {
        foreach (int images in new[] { 0, 1, 2, 3, 5, 6, 20 }) Compare(threads, merges, images);
    }

    [Fact]
    public void A_training_pass_ends_what_is_kept_of_the_weights()
    {
        var shape = new VitShape(1, 8, 8, 4, 16, 1, 2, 32, 3, ClassToken: true);
        using var device = new CpuDevice(1);
        using var model = new VisionTransformer(device, shape);
        var source = new CaseSource(5);
        var pixels = device.AllocateTensor(new Shape(1, 1, 8, 8), "image");
        device.Upload(source.Floats(pixels.Count), pixels);
        Change();
        model.PackWeights();
        float[] kept = Logits(), again = Logits();

        model.Forward(pixels, ModelPass.Training(0));
        Change();
        float[] changed = Logits();

        Assert.Equal(kept, again);
        Assert.NotEqual(kept, changed);
        model.PackWeights();
        Assert.Equal(changed, Logits());
        pixels.Buffer.Dispose();

        void Change()
        {
            foreach (var p in model.Parameters.All) device.Upload(source.Floats(p.Shape.Count), p.Weights);
        }

        float[] Logits()
        {
            float[] values = new float[shape.Classes];
            device.Download(model.Forward(pixels, ModelPass.Logits), values);
            return values;
        }
    }

    /// <param name="images">0 for more than a pass takes at once.</param>
    private static void Compare(int threads, bool merges, int images)
    {
        var shape = new VitShape(1, 16, 16, 4, 16, 2, 2, 32, 5, ClassToken: true);
        TokenMerging? merging = merges
            ? new BipartiteMerging("", MergePlan.Single(2, 1, 6), MergeMetric.Keys, proportionalAttention: true)
            : null;
        using var device = new CpuDevice(threads);
        using var model = new VisionTransformer(device, shape, merging);
        // The usual initial head is zero, and all logits would be.
        var source = new CaseSource(4);
        foreach (var parameter in model.Parameters.All) device.Upload(source.Floats(parameter.Shape.Count), parameter.Weights);
        int batch = images > 0 ? images : (2 * device.TokensAtOnce / shape.Tokens) + 7;
        var pixels = device.AllocateTensor(new Shape(batch, 1, 16, 16), "images");
        device.Upload(source.Floats(pixels.Count), pixels);

        // Whoever wants more than logits gets the activations of the whole batch.
        float[] whole = Download(model.Forward(pixels, ModelPass.Evaluation));
        float[] parts = Download(model.Forward(pixels, ModelPass.Logits));
        model.PackWeights();
        float[] packed = Download(model.Forward(pixels, ModelPass.Logits));

        Assert.Equal(batch * shape.Classes, whole.Length);
        if (batch > 1) Assert.NotEqual(whole[0], whole[^1]);
        Assert.Equal(whole.Select(BitConverter.SingleToInt32Bits), parts.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(whole, packed);
        pixels.Buffer.Dispose();

        float[] Download(Tensor logits)
        {
            float[] values = new float[logits.Count];
            device.Download(logits, values);
            return values;
        }
    }
}
