using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

public sealed class MergePlanTests
{
    // 8 x 8 patches of CIFAR-10.
    private static readonly VitShape Shape = new(3, 32, 32, 4, 32, 4, 4, 64, 10, ClassToken: true);

    public static TheoryData<string> Kinds => [.. MergingCatalog.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_share_leaves_the_same_number_of_tokens_by_every_kind(string kind)
    {
        var merging = Create(new TokensConfig { Merge = kind, R = TokenQuantity.Share(0.5) });

        Assert.Equal(32, merging!.Plan.Total);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_to_remove_means_no_merging(string kind) =>
        Assert.Null(Create(new TokensConfig { Merge = kind, R = TokenQuantity.Count(0) }));

    [Theory]
    [InlineData("single-pass", 32)]
    [InlineData("norm-preserving", 32)]
    [InlineData("random-pairs", 32)]
    [InlineData("drop", 32)]
    [InlineData("evit", 63)]
    [InlineData("avgpool2x2", 48)]
    // 65 - 3 * 13 leaves 26, of which the fourth merge can take 12.
    [InlineData("tome", 12)]
    [InlineData("tome-threshold", 12)]
    [InlineData("pitome", 12)]
    public void More_than_can_be_merged_is_an_error_that_names_the_maximum(string kind, int most)
    {
        var config = new TokensConfig { Merge = kind, R = TokenQuantity.Count(most) };

        Assert.NotNull(Create(config));
        var error = Assert.Throws<SettingException>(() => Create(config with { R = TokenQuantity.Count(most + 1) }));

        Assert.Equal("tokens.r", error.Key);
        Assert.Contains($"at most {most} tokens per merge", error.Message);
    }

    [Fact]
    public void A_share_that_is_too_large_is_an_error_that_names_the_largest()
    {
        var error = Assert.Throws<SettingException>(
            () => Create(new TokensConfig { Merge = "single-pass", R = TokenQuantity.Share(0.75) }));

        Assert.Contains("at most 50% (32 of 64 tokens)", error.Message);
    }

    [Theory]
    [InlineData(0.0, new[] { 0, 8, 8, 8, 8 })]
    [InlineData(1.0, new[] { 0, 0, 5, 11, 16 })]
    [InlineData(-1.0, new[] { 0, 16, 11, 5, 0 })]
    public void ToMe_removes_evenly_or_along_a_line(double inflection, int[] expected)
    {
        var config = new TokensConfig { Merge = "tome", R = TokenQuantity.Share(0.5), Inflection = inflection };

        var plan = Create(config)!.Plan;

        Assert.Equal(expected, Enumerable.Range(0, 5).Select(plan.RemovedAt));
    }

    [Fact]
    public void EViT_goes_on_every_third_block_as_its_paper_does()
    {
        var deep = Shape with { Depth = 12 };
        var config = new TokensConfig { Merge = "evit", R = TokenQuantity.Count(5), Layer = 4, Every = 3 };

        var plan = MergingCatalog.Create(config, deep, 1)!.Plan;

        Assert.Equal([4, 7, 10], Enumerable.Range(0, 13).Where(place => plan.RemovedAt(place) == 5));
    }

    [Theory]
    [InlineData("tokens.layer", "single-pass", 5, 0, true)]
    [InlineData("tokens.every", "single-pass", 1, 1, true)]
    [InlineData("tokens.every", "avgpool2x2", 1, 1, true)]
    [InlineData("tokens.layer", "evit", 0, 0, true)]
    [InlineData("tokens.merge", "evit", 1, 0, false)]
    public void What_a_kind_cannot_do_is_an_error(string key, string kind, int layer, int every, bool classToken)
    {
        var config = new TokensConfig { Merge = kind, Layer = layer, Every = every };

        var error = Assert.Throws<SettingException>(
            () => MergingCatalog.Create(config, Shape with { ClassToken = classToken }, 1));

        Assert.Equal(key, error.Key);
    }

    [Fact]
    public void A_schedule_says_when_training_merges_and_whether_the_result_does()
    {
        var always = new MergeSchedule(new TokensConfig(), epochs: 8);
        var early = new MergeSchedule(new TokensConfig { Stop = Duration.Percent(50) }, 8);
        var late = new MergeSchedule(new TokensConfig { Start = Duration.Epochs(2), Stop = Duration.Epochs(8) }, 8);

        Assert.Equal((true, true, true), (always.ActiveAt(0, 10), always.ActiveAt(79, 10), always.ActiveAtEnd));
        Assert.Equal((true, false, false), (early.ActiveAt(39, 10), early.ActiveAt(40, 10), early.ActiveAtEnd));
        Assert.Equal((false, true, true), (late.ActiveAt(19, 10), late.ActiveAt(20, 10), late.ActiveAtEnd));
        Assert.Throws<SettingException>(() => new MergeSchedule(new TokensConfig { Stop = Duration.Steps(5) }, 8));
        Assert.Throws<SettingException>(() => new MergeSchedule(
            new TokensConfig { Start = Duration.Epochs(3), Stop = Duration.Epochs(2) }, 8));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(1000)]
    public void A_percentage_that_names_a_whole_epoch_is_that_epoch(int epochs)
    {
        for (int percent = 1; percent < 100; percent++)
        {
            int at = epochs / 100 * percent;
            var stops = new MergeSchedule(new TokensConfig { Stop = Duration.Percent(percent) }, epochs);
            var starts = new MergeSchedule(new TokensConfig { Start = Duration.Percent(percent) }, epochs);

            Assert.Equal((true, false), (stops.MergesAfter(at), stops.ActiveAt(at * 7, 7)));
            Assert.Equal((false, true), (starts.MergesAfter(at), starts.ActiveAt(at * 7, 7)));
        }
    }

    private static TokenMerging? Create(TokensConfig config) => MergingCatalog.Create(config, Shape, seed: 1);
}
