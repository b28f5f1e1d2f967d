using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

public sealed class MergeTraceTests
{
    private const int Images = 3;
    private static readonly VitShape Shape = new(1, 12, 12, 2, 8, 3, 2, 12, 3, ClassToken: true);

    private static Arbitrary<TraceCase> Cases => Arb.From(
        from kind in Gen.Elements<string>([.. MergingCatalog.Names])
        from classToken in Gen.Elements(true, false)
        from side in Gen.Choose(4, 6)
        from seed in Gen.Choose(0, 100_000)
        select new TraceCase(kind, classToken || kind == "evit", side, seed),
        x => x.Side > 4 ? [x with { Side = x.Side - 1 }] : []);

    [Property(MaxTest = 150)]
    public Property Sources_are_a_partition_and_stages_count_the_tokens() => Prop.ForAll(Cases, x =>
    {
        var shape = x.Shape;
        var (trace, counts) = Trace(x.Kind, shape, x.Seed, constant: false);

        int first = x.ClassToken ? 1 : 0;
        double before = shape.Tokens;
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
            Assert.Equal(x.Kind == "drop" ? shape.Patches - parts.Length : 0, source.Count(s => s < 0));
            left += parts.Length + first;
        }

        Assert.Equal(before, left / Images, 9);
        // Ragged images end in padding, which is no token.
        if (x.Kind == "tome-threshold") Assert.True(before <= counts[^1]);
        else Assert.Equal(counts[^1], before, 9);
    });

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
        model.Forward(images, ModelPass.Evaluation);
        var result = (MergeTrace.Of(device, model), ModelCost.TokensPerLayer(model));
        images.Buffer.Dispose();
        return result;
    }

    /// <summary>A merging on a grid of Side x Side patches.</summary>
    private sealed record TraceCase(string Kind, bool ClassToken, int Side, int Seed)
    {
        public VitShape Shape => MergeTraceTests.Shape with
        {
            Height = 2 * Side,
            Width = 2 * Side,
            ClassToken = ClassToken,
        };
    }
}
