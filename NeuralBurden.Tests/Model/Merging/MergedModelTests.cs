using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>Whole models with every merging: costs, padding, equivalence and training.</summary>
public sealed class MergedModelTests
{
    private const int Images = 3;
    private static readonly VitShape Shape = new(1, 12, 12, 3, 8, 3, 2, 12, 3, ClassToken: true);

    public static TheoryData<string> Kinds => [.. MergingCatalog.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reported_multiply_adds_and_tokens_are_those_that_were_executed(string kind)
    {
        using var device = new ReferenceDevice();
        using var model = Model(device, Config(kind), Shape);
        Run(model, device, Values(Images), Images);
        device.ResetCounters();

        Run(model, device, Values(Images), Images);

        Assert.Equal(Images * ModelCost.MultiplyAdds(model, p => p.Shape.Count), device.MultiplyAdds);
        Assert.Equal(
            model.Blocks.Select(b => b.Activations.MlpInput.Count), ModelCost.TokensPerLayer(model));
        Assert.True(ModelCost.TokensPerLayer(model)[^1] < Shape.Tokens, "nothing was merged");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_that_does_not_merge_now_is_the_model_without_merging(string kind)
    {
        using var device = new ReferenceDevice();
        using var plain = Model(device, new TokensConfig(), Shape);
        using var paused = Model(device, Config(kind), Shape);

        Assert.Equal(
            Run(plain, device, Values(Images), Images), Run(paused, device, Values(Images), Images, merges: false));
        Assert.Equal(
            ModelCost.MultiplyAdds(plain, p => p.Shape.Count),
            ModelCost.MultiplyAdds(paused, p => p.Shape.Count, merges: false));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Padding_leaks_into_no_logit_and_no_gradient(bool classToken, bool proportional)
    {
        var shape = Shape with { ClassToken = classToken };
        using var device = new ReferenceDevice(rounding: false);
        float[] images = Values(Images);
        using var model = Padded(device, shape, proportional, images);
        int pixels = images.Length / Images;

        var (logits, gradient) = Train(model, device, images, Images);
        var last = model.Blocks[^1].Activations;
        double[] attention = new double[last.Probabilities.Count], before = new double[last.Input.Sizes.Count];
        device.DownloadDoubles(last.Probabilities, attention);
        device.DownloadDoubles(last.Input.Sizes, before);
        Assert.Contains(0, before);
        int t = last.Input.Count, rows = shape.Heads * t;
        for (int i = 0; i < attention.Length; i++)
        {
            if (before[(i / (rows * t) * t) + (i % t)] == 0) Assert.Equal(0, attention[i]);
        }

        double[] sum = new double[gradient.Length];
        for (int image = 0; image < Images; image++)
        {
            var (alone, part) = Train(model, device, images[(image * pixels)..((image + 1) * pixels)], 1);
            for (int k = 0; k < 3; k++) Assert.Equal(alone[k], logits[(image * 3) + k], 1e-12);
            for (int i = 0; i < sum.Length; i++) sum[i] += part[i];
        }

        for (int i = 0; i < sum.Length; i++) Assert.Equal(sum[i], gradient[i], 1e-10);
    }

    [Fact]
    public void Merged_padding_stays_padding_in_later_merges()
    {
        using var device = new ReferenceDevice();
        using var model = Model(device, Config("tome-threshold"), Shape);
        Run(model, device, Values(Images), Images);

        foreach (var block in model.Blocks)
        {
            float[] sizes = new float[block.Activations.MlpInput.Sizes.Count];
            device.Download(block.Activations.MlpInput.Sizes, sizes);
            int left = sizes.Length / Images;
            for (int image = 0; image < Images; image++)
            {
                float[] own = sizes[(image * left)..((image + 1) * left)];
                Assert.Equal(Shape.Tokens, own.Sum());
                Assert.True(own.SkipWhile(s => s > 0).All(s => s == 0), "padding stands at the end");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_trains_through_the_engine(string kind)
    {
        using var runs = new TrainingRuns();
        var config = TrainingRuns.Small with
        {
            Data = TrainingRuns.Small.Data with { TrainCount = 128, TestCount = 50 },
            Train = TrainingRuns.Small.Train with { Epochs = 1 },
            Tokens = new TokensConfig { Merge = kind },
            Burden = new BurdenConfig { ProbeImages = 20 },
        };

        var (result, _) = runs.Run(config);

        Assert.Equal(kind, result.Merge);
        Assert.True(double.IsFinite(result.TestLoss));
        if (kind != "tome-threshold") Assert.Equal(17 - 4, result.TokensPerLayer[^1]);
    }

    internal static TokensConfig Config(string kind) =>
        new() { Merge = kind, R = TokenQuantity.Share(0.5), Threshold = 0.9 };

    internal static VisionTransformer Model(Device device, TokensConfig config, VitShape shape)
    {
        var model = new VisionTransformer(device, shape, MergingCatalog.Create(config, shape, seed: 2));
        Initialization.Apply(device, model.Parameters, seed: 3);
        device.Upload(new CaseSource(4).Floats(3 * shape.Dim, 0.3f), model.Parameters["head.weight"].Weights);
        return model;
    }

    // Ragged before the last block: at some threshold the images keep different numbers of tokens.
    private static VisionTransformer Padded(
        ReferenceDevice device, VitShape shape, bool proportional, float[] images)
    {
        for (double threshold = 0.99; threshold > 0; threshold -= 0.03)
        {
            var config = Config("tome-threshold") with { ProportionalAttention = proportional, Threshold = threshold };
            var model = Model(device, config, shape);
            Run(model, device, images, Images);
            var before = model.Blocks[^1].Activations.Input.Sizes;
            float[] sizes = new float[before.Count];
            device.Download(before, sizes);
            if (sizes.Contains(0)) return model;
            model.Dispose();
        }

        throw new InvalidOperationException("no threshold tells these images apart");
    }

    private static float[] Values(int images) => new CaseSource(8).Floats(images * 144);

    private static float[] Run(
        VisionTransformer model, ReferenceDevice device, float[] values, int images, bool merges = true)
    {
        var input = device.AllocateTensor(new Shape(images, 1, 12, 12), "images");
        device.Upload(values, input);
        float[] output = new float[images * 3];
        device.Download(model.Forward(input, ModelPass.Evaluation with { Unmerged = !merges }), output);
        input.Buffer.Dispose();
        return output;
    }

    // Logits, and the gradient of their sum weighted by class.
    private static (double[] Logits, double[] Gradient) Train(
        VisionTransformer model, ReferenceDevice device, float[] values, int images)
    {
        var input = device.AllocateTensor(new Shape(images, 1, 12, 12), "images");
        var weights = device.AllocateTensor(new Shape(images, 3), "weights");
        device.Upload(values, input);
        device.Upload([.. Enumerable.Range(0, images * 3).Select(i => (i % 3) - 0.7f)], weights);
        var output = model.Forward(input, ModelPass.Training(0));
        model.Backward(weights);
        double[] logits = new double[images * 3];
        device.DownloadDoubles(output, logits);
        double[] gradient = new double[model.Parameters.Gradients.Count];
        device.DownloadDoubles(model.Parameters.Gradients, gradient);
        input.Buffer.Dispose();
        weights.Buffer.Dispose();
        return (logits, gradient);
    }
}
