using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Cpu;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Merging;
using NeuralBurden.Vit.Model;
using Xunit;

namespace NeuralBurden.Tests.Merging;

public sealed class MergeTraceTests
{
    private const int Images = 3;
    private static readonly VitShape Shape = new(1, 12, 12, 2, 8, 3, 2, 12, 3, ClassToken: true);

    public static TheoryData<string> Kinds => [.. MergingCatalog.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sources_are_a_partition_and_stages_count_the_tokens(string kind) => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(12),
        Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), seed =>
        {
            bool classToken = kind == "evit" || seed % 2 == 0;
            var shape = Shape with { ClassToken = classToken };
            var (trace, counts) = Trace(kind, shape, seed, constant: false);

            int first = classToken ? 1 : 0, tokens = shape.Tokens;
            double before = tokens;
            foreach (var stage in trace.Stages)
            {
                Assert.Equal(before, stage.Before, 9);
                Assert.True(stage.After <= stage.Before);
                before = stage.After;
            }

            Assert.Equal(Images, trace.Sources.Count);
            double left = 0;
            foreach (int[] source in trace.Sources)
            {
                Assert.Equal(shape.Patches, source.Length);
                int[] parts = [.. source.Where(s => s >= 0).Distinct().Order()];
                // No patch goes into the class token, and every other token stands for at least one patch.
                Assert.Equal(Enumerable.Range(first, parts.Length), parts);
                Assert.Equal(kind == "drop" ? shape.Patches - parts.Length : 0, source.Count(s => s < 0));
                left += parts.Length + first;
            }

            Assert.Equal(before, left / Images, 9);
            // Ragged images end in padding, which is no token.
            if (kind == "tome-threshold") Assert.True(before <= counts[^1]);
            else Assert.Equal(counts[^1], before, 9);
        }));

    [Theory]
    [InlineData("single-pass")]
    [InlineData("random-pairs")]
    [InlineData("avgpool2x2")]
    public void Tokens_that_are_all_equal_have_similarity_1(string kind)
    {
        var (trace, _) = Trace(kind, Shape with { ClassToken = false }, 5, constant: true);

        Assert.Equal(1, Assert.Single(trace.Stages).Similarity!.Value, 6);
    }

    [Fact]
    public void What_is_dropped_is_joined_with_nothing_and_has_no_similarity()
    {
        var (trace, _) = Trace("drop", Shape, 4, constant: false);

        Assert.All(trace.Stages, stage => Assert.Null(stage.Similarity));
        Assert.All(
            trace.Sources,
            source => Assert.Equal(source.Count(s => s >= 0), source.Where(s => s >= 0).Distinct().Count()));
    }

    private static (MergeTrace Trace, IReadOnlyList<int> Tokens) Trace(string kind, VitShape shape, int seed, bool constant)
    {
        var config = new TokensConfig { Merge = kind, R = TokenQuantity.Share(0.3), Threshold = 0 };
        using var device = new CpuDevice(1);
        using var model = new VisionTransformer(device, shape, MergingCatalog.Create(config, shape, 7));
        var source = new CaseSource((ulong)seed);
        foreach (var parameter in model.Parameters.All)
        {
            float[] values = source.Floats(parameter.Shape.Count);
            if (constant && parameter.Name == "pos_embed") Array.Clear(values);
            device.Upload(values, parameter.Weights);
        }

        var images = device.AllocateTensor(new Shape(Images, shape.Channels, shape.Height, shape.Width), "images");
        float[] pixels = source.Floats(images.Count);
        if (constant) Array.Fill(pixels, 0.5f);
        device.Upload(pixels, images);
        model.Forward(images, training: false);
        var result = (MergeTrace.Of(device, model), ModelCost.TokensPerLayer(model));
        images.Buffer.Dispose();
        return result;
    }
}
