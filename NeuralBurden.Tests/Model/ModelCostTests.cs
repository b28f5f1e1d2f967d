using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model;

public class ModelCostTests
{
    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Reported_multiply_adds_are_those_that_the_reference_executed(int mergeLayer, bool classToken)
    {
        var shape = new VitShape(2, 8, 12, 4, 8, 2, 2, 12, 3, classToken);
        TokenMerging? merging = mergeLayer < 0
            ? null
            : new BipartiteMerging("", MergePlan.Single(2, mergeLayer, 2), MergeMetric.Keys, proportionalAttention: true);
        using var device = new ReferenceDevice();
        using var model = new VisionTransformer(device, shape, merging);
        var images = device.AllocateTensor(new Shape(3, 2, 8, 12), "images");

        device.ResetCounters();
        model.Forward(images, ModelPass.Evaluation);

        Assert.Equal(3 * ModelCost.MultiplyAdds(model, p => p.Shape.Count), device.MultiplyAdds);
        images.Buffer.Dispose();
    }

    [Fact]
    public void The_model_of_the_method_paper_table_has_its_size()
    {
        using var device = new ReferenceDevice();
        using var model = new VisionTransformer(device, new VitShape(1, 28, 28, 4, 64, 4, 4, 256, 10, ClassToken: true));

        Assert.Equal(205_000, model.Parameters.Count, 1_000.0);
        Assert.Equal(11_100_000, ModelCost.MultiplyAdds(model, p => p.Shape.Count), 100_000.0);
    }
}
