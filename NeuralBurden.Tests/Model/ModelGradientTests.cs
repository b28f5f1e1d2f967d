using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.Model.Merging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model;

/// <summary>The whole model's backward against central differences in double, with merging and masks on.</summary>
public class ModelGradientTests
{
    private static readonly VitShape Tiny = new(2, 8, 12, 4, 8, 2, 2, 12, 3, ClassToken: true);

    [Theory]
    [InlineData("none", true)]
    [InlineData("embedding", true)]
    [InlineData("keys", true)]
    [InlineData("keys", false)]
    [InlineData("tokens", false)]
    [InlineData("tome", true)]
    [InlineData("tome-threshold", true)]
    [InlineData("tome-threshold", false)]
    [InlineData("pitome", false)]
    [InlineData("evit", true)]
    [InlineData("random-pairs", true)]
    [InlineData("drop", false)]
    [InlineData("avgpool2x2", true)]
    [InlineData("norm-preserving", true)]
    public void Every_parameter_gradient_is_the_derivative_of_the_loss(string merge, bool classToken) =>
        Check(Tiny with { ClassToken = classToken }, merge);

    [Theory]
    [InlineData("readout=patch-mean", "none")]
    [InlineData("readout=patch-mean", "keys")]
    [InlineData("readout=normed-patch-mean", "keys")]
    [InlineData("readout=distilled registers=1", "none")]
    [InlineData("registers=3 epsilon=0.001", "none")]
    [InlineData("registers=2 readout=normed-patch-mean pre-norm", "none")]
    [InlineData("pre-norm", "embedding")]
    [InlineData("registers=3", "tome")]
    [InlineData("registers=4 readout=patch-mean", "tome-threshold")]
    [InlineData("registers=2", "pitome")]
    [InlineData("registers=2", "evit")]
    [InlineData("readout=distilled registers=1", "keys")]
    public void Gradients_of_other_variants_are_derivatives_too(string variant, string merge) =>
        Check(Tiny with { Variant = VitVariant.Parse(variant) }, merge);

    [Fact]
    public void Gradients_without_a_class_token_but_with_registers_are_derivatives_too() =>
        Check(Tiny with { ClassToken = false, Variant = VitVariant.Parse("registers=2 readout=patch-mean") }, "none");

    [Theory]
    [InlineData("none")]
    [InlineData("keys")]
    [InlineData("tome-threshold")]
    public void Gradients_of_a_pass_that_leaves_branches_out_are_derivatives_too(string merge) =>
        Check(Tiny, merge, dropPath: 0.5);

    private static void Check(VitShape shape, string merge, double dropPath = 0)
    {
        TokenMerging? merging = merge switch
        {
            "none" => null,
            "embedding" => new BipartiteMerging("", MergePlan.Single(2, 0, 2), MergeMetric.Keys, true),
            "keys" => new BipartiteMerging("", MergePlan.Single(2, 1, 3), MergeMetric.Keys, true),
            "tokens" => new BipartiteMerging("", MergePlan.Single(2, 1, 2), MergeMetric.Tokens, false),
            // The attention that weighs fused tokens is a constant for backward.
            "evit" => new FrozenMerging(MergingCatalog.Create(Merging(merge), shape, seed: 1)!),
            _ => MergingCatalog.Create(Merging(merge), shape, seed: 1),
        };
        using var device = new ReferenceDevice(rounding: false);
        using var model = new VisionTransformer(device, shape, merging);
        var source = new CaseSource(11);
        Initialization.Apply(device, model.Parameters, seed: 3);
        device.Upload(source.Floats(3 * shape.Dim, 0.3f), model.Parameters["head.weight"].Weights);
        model.Parameters.Mask([.. model.PrunableLayers.Select(l => l.Weight)]);
        var masks = model.PrunableLayers.ToDictionary(l => l.Weight, l => RandomMask(source, l.Weight.Shape.Count));
        const int batch = 3;
        Shape rows = new(batch);
        var images = Place(new Shape(batch, 2, 8, 12));
        var labels = device.AllocateTensor(rows, "labels", ElementType.Int32);
        device.Upload([0, 2, 1], labels);
        Tensor losses = device.AllocateTensor(rows, "losses"), correct = device.AllocateTensor(rows, "correct");
        using var drop = dropPath > 0 ? new DropPath(device, dropPath, shape.Depth, batch, seed: 3) : null;
        drop?.Draw(step: 2, first: 0);
        var dLogits = device.AllocateTensor(new Shape(batch, 3), "dLogits");

        Loss(backward: true);
        foreach (var parameter in model.Parameters.All)
        {
            int n = (int)parameter.Shape.Count;
            double[] weights = new double[n], gradient = new double[n];
            device.DownloadDoubles(parameter.Weights, weights);
            device.DownloadDoubles(parameter.Gradient, gradient);
            float[] direction = source.Floats(n);
            // A masked weight has no influence: only the kept part of the direction counts.
            if (masks.TryGetValue(parameter, out int[]? bits))
            {
                for (int i = 0; i < n; i++)
                {
                    if (((bits[i / 32] >> (i % 32)) & 1) == 0) direction[i] = 0;
                }
            }

            const double step = 1e-5;
            double difference = (At(step) - At(-step)) / (2 * step), adjoint = 0;
            for (int i = 0; i < n; i++) adjoint += gradient[i] * direction[i];
            At(0);
            Assert.True(
                Math.Abs(difference - adjoint) < 2e-7 * Math.Max(1, Math.Abs(adjoint)),
                $"{parameter.Name}: central difference {difference:R}, backward {adjoint:R}");
            Assert.Contains(gradient, g => g != 0);

            double At(double along)
            {
                device.UploadDoubles([.. weights.Select((w, i) => w + (along * direction[i]))], parameter.Weights);
                return Loss(backward: false);
            }
        }

        foreach (var tensor in new[] { images, labels, losses, correct, dLogits }) tensor.Buffer.Dispose();

        double Loss(bool backward)
        {
            foreach (var layer in model.PrunableLayers)
            {
                var mask = device.AllocateTensor(new Shape(masks[layer.Weight].Length), "mask", ElementType.Int32);
                device.Upload(masks[layer.Weight], mask);
                device.ApplyMask(new(layer.Weight.Weights, mask, layer.Weight.Effective));
                mask.Buffer.Dispose();
            }

            var logits = model.Forward(images, ModelPass.Training(0, dropPath: drop));
            device.CrossEntropy(new(logits, labels, 0.1f, losses, correct, dLogits));
            if (backward) model.Backward(dLogits);
            double[] values = new double[batch];
            device.DownloadDoubles(losses, values);
            return values.Average();
        }

        Tensor Place(Shape s)
        {
            var tensor = device.AllocateTensor(s, "images");
            device.Upload(source.Floats(s.Count), tensor);
            return tensor;
        }
    }

    private static TokensConfig Merging(string kind) =>
        new() { Merge = kind, R = TokenQuantity.Share(0.34), Threshold = 0.3 };

    private static int[] RandomMask(CaseSource source, long count) =>
        source.Ints(MaskWords.DeviceWordCount(count), int.MinValue / 2, int.MaxValue / 2);
}
