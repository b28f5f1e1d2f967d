using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Vit.Model.Merging;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

public sealed class ControlTests
{
    private static readonly MergeCase Random = new("random-pairs", 2, 4, 4, ClassToken: true, R: 6, Seed: 1);

    [Fact]
    public void Random_pairs_are_drawn_anew_each_step_and_the_same_in_every_evaluation()
    {
        using var device = new CpuDevice(1);

        int[] MapAt(uint step) => MergeRun.Of(device, Random, step).Map;

        Assert.Equal(MapAt(3), MapAt(3));
        Assert.NotEqual(MapAt(3), MapAt(4));
        Assert.Equal(MapAt(MergeContext.EvaluationStep), MapAt(MergeContext.EvaluationStep));
    }

    [Fact]
    public void Random_pairs_are_pairs()
    {
        using var device = new CpuDevice(1);
        var run = MergeRun.Of(device, Random);

        Assert.Equal(6, run.Sizes.Take(run.Left).Count(size => size == 2));
        Assert.All(run.Sizes, size => Assert.InRange(size, 1, 2));
    }

    [Fact]
    public void Matched_drop_throws_away_the_tokens_that_single_pass_merges()
    {
        using var device = new CpuDevice(1);
        var x = new MergeCase("single-pass", 3, 4, 5, ClassToken: true, R: 7, Seed: 2);
        var merged = MergeRun.Of(device, x);
        var dropped = MergeRun.Of(device, x with { Kind = "drop" });

        Assert.Equal(21, dropped.Map.Count(m => m < 0));
        for (int n = 0; n < merged.Map.Length; n++)
        {
            if (dropped.Map[n] >= 0) Assert.Equal(merged.Map[n], dropped.Map[n]);
            else Assert.True(n % 21 % 2 == 0, "only even positions are sources");
        }
    }

    [Fact]
    public void Average_pooling_joins_the_four_neighbours_of_each_window()
    {
        using var device = new CpuDevice(1);
        var x = new MergeCase("avgpool2x2", 1, 4, 4, ClassToken: true, R: 12, Seed: 2);
        int[] expected = [0, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4];

        Assert.Equal(expected, MergeRun.Of(device, x).Map);
    }

    [Fact]
    public void Average_pooling_of_an_odd_grid_has_smaller_windows_at_its_edge()
    {
        using var device = new CpuDevice(1);
        var x = new MergeCase("avgpool2x2", 1, 3, 3, ClassToken: false, R: 5, Seed: 2);

        Assert.Equal([0, 0, 1, 0, 0, 1, 2, 2, 3], MergeRun.Of(device, x).Map);
    }

    [Fact]
    public void EViT_keeps_what_the_class_token_attends_to_and_sums_the_rest_by_attention()
    {
        using var device = new CpuDevice(1);
        var x = new MergeCase("evit", 1, 2, 3, ClassToken: true, R: 3, Seed: 6);
        float[] qkv = new float[7 * 18];
        // One query of ones; keys of patch n score n + 1, so patches 5 and 6 stay.
        for (int j = 0; j < 6; j++) qkv[j] = 1;
        for (int n = 1; n < 7; n++)
        {
            for (int j = 6; j < 12; j++) qkv[(n * 18) + j] = n * MathF.Sqrt(3) / 3;
        }

        var run = MergeRun.Of(device, x, x.TokenValues, qkv);

        Assert.Equal([0, 3, 3, 3, 3, 1, 2], run.Map);
        double total = Enumerable.Range(0, 7).Sum(n => Math.Exp(n));
        for (int j = 0; j < 6; j++)
        {
            double expected = Enumerable.Range(1, 4).Sum(n => Math.Exp(n) / total * x.TokenValues[(n * 6) + j]);
            Assert.Equal(expected, run.Merged[(3 * 6) + j], 1e-5);
        }
    }
}
