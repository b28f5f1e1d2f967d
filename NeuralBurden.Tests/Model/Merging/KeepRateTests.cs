using FsCheck;
using FsCheck.Fluent;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>
/// <c>tokens.keep</c> counts as the authors do: EViT leaves the class token, ceil(k (N - 1)) of the N tokens and a fused
/// one (arXiv 2202.07800); PiToMe removes floor(n - n k) of the n tokens without the class token (arXiv 2405.16148).
/// </summary>
public sealed class KeepRateTests
{
    // DeiT: 14 x 14 patches and a class token.
    private static readonly VitShape DeiT = new(3, 224, 224, 16, 48, 12, 3, 96, 10, ClassToken: true);

    [Fact]
    public void EViT_with_its_papers_settings_leaves_the_tokens_of_its_paper()
    {
        // 197 tokens; ceil(0.7 * 196) = 138 and two make 140, ceil(0.7 * 139) = 98 and two 100, ceil(0.7 * 99) = 70: 72.
        var plan = Plan(new TokensConfig { Merge = "evit", Keep = 0.7, Layer = 4, Every = 3 }, DeiT);

        Assert.Equal([57, 40, 28], new[] { 4, 7, 10 }.Select(plan.RemovedAt));
        Assert.Equal(197 - 72, plan.Total);
    }

    [Fact]
    public void EViT_keeps_its_rate_of_what_is_left_by_then() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(KeepsTheRate));

    [Fact]
    public void PiToMe_keeps_its_ratio_of_what_is_left_by_then() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(KeepsTheRatio));

    [Theory]
    [InlineData("single-pass", 0.7, "25%", 0.0, "tokens.keep", "counts by tokens.r; allowed: auto, or tokens.merge pitome, evit")]
    [InlineData("evit", 0.7, "12", 0.0, "tokens.keep", "tokens.keep: 0.7 and tokens.r 12 both say how many tokens go")]
    [InlineData("evit", 0.7, "25%", 0.5, "tokens.inflection", "allowed beside it: 0")]
    public void A_rate_that_cannot_be_meant_is_refused(
        string kind, double keep, string r, double inflection, string key, string message)
    {
        var tokens = new TokensConfig { Merge = kind, Keep = keep, Inflection = inflection };
        var config = ConfigFields.Find("tokens.r")!.Set(RunConfig.Default with { Tokens = tokens }, r);

        var error = Assert.Throws<SettingException>(() => ConfigRules.Check(config));

        Assert.Equal(key, error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ratio_below_what_pairs_allow_names_the_least()
    {
        var error = Assert.Throws<SettingException>(
            () => Plan(new TokensConfig { Merge = "pitome", Keep = 0.3 }, DeiT));

        Assert.Equal("tokens.keep", error.Key);
        Assert.Contains("0.3 asks the merge in block 1 to remove 137 of 197 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("allowed: at least 0.5", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evit")]
    [InlineData("pitome")]
    public void To_keep_all_is_no_merging(string kind) =>
        Assert.Null(MergingCatalog.Create(new TokensConfig { Merge = kind, Keep = 1 }, DeiT, 1));

    private static bool KeepsTheRate(int seed)
    {
        var random = new Random(seed);
        var (shape, config) = Draw(random, "evit", least: 1);
        var plan = Plan(config, shape);
        int tokens = shape.Tokens;
        for (int place = config.Layer; place <= shape.Depth; place += config.Every)
        {
            // Kept one by one until the rate is reached.
            int kept = 0;
            int candidates = tokens - shape.Extra;
            while (kept < config.Keep * candidates) kept++;
            int after = kept == candidates ? tokens : Math.Min(tokens, shape.Extra + kept + 1);
            if (plan.RemovedAt(place) != tokens - after) return false;
            tokens = after;
        }

        return plan.Total == shape.Tokens - tokens;
    }

    private static bool KeepsTheRatio(int seed)
    {
        var random = new Random(seed);
        var (shape, config) = Draw(random, "pitome", least: 50);
        shape = shape with { ClassToken = random.Next(2) == 0 };
        var plan = Plan(config, shape);
        int candidates = shape.Patches;
        for (int place = config.Layer; place <= shape.Depth; place += config.Every)
        {
            int removed = 0;
            while (removed + 1 <= candidates - (candidates * config.Keep)) removed++;
            if (plan.RemovedAt(place) != removed) return false;
            candidates -= removed;
        }

        return plan.Total == shape.Patches - candidates;
    }

    private static MergePlan Plan(TokensConfig config, VitShape shape) =>
        MergingCatalog.Create(config, shape, 1)?.Plan ?? MergePlan.Single(shape.Depth, 1, 0);

    private static (VitShape Shape, TokensConfig Config) Draw(Random random, string kind, int least)
    {
        int side = random.Next(2, 12), depth = random.Next(1, 7);
        var shape = new VitShape(1, side, side, 1, 8, depth, 2, 8, 3, ClassToken: true)
        {
            Variant = new VitVariant { Registers = random.Next(4) },
        };
        return (shape, new TokensConfig
        {
            Merge = kind,
            Keep = random.Next(least, 101) / 100.0,
            Layer = random.Next(1, depth + 1),
            Every = random.Next(1, 4),
        });
    }
}
