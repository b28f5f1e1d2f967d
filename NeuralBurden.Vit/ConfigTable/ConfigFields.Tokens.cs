using System.Collections.Immutable;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Tokens =>
    [
        new TypedConfigField<string>(
            "tokens.merge",
            "Token merging; 'nb merges' describes each.",
            null,
            new ChoiceScalar<string>(
                [(TokensConfig.None, TokensConfig.None), .. MergingCatalog.Names.Select(name => (name, name))]),
            c => c.Tokens.Merge,
            (c, v) => c with { Tokens = c.Tokens with { Merge = v } }),
        new TypedConfigField<TokenQuantity>(
            "tokens.r",
            "Tokens to remove: a count for each merge, or the share (without the class token) that all remove together.",
            "tokens",
            new TokenQuantityScalar(),
            c => c.Tokens.R,
            (c, v) => c with { Tokens = c.Tokens with { R = v } }),
        new TypedConfigField<double?>(
            "tokens.keep",
            "What each merge keeps in place of tokens.r: keep rate of evit, ratio of pitome; auto = tokens.r decides.",
            null,
            new AutoScalar<double>(new NumberScalar(0, 1, open: true, percent: true)),
            c => c.Tokens.Keep,
            (c, v) => c with { Tokens = c.Tokens with { Keep = v } },
            hashedWhenSet: true),
        new TypedConfigField<int>(
            "tokens.layer",
            "Where the first merge is: 0 = after the embedding, l = in block l between attention and MLP.",
            "block",
            new IntegerScalar(0, 64),
            c => c.Tokens.Layer,
            (c, v) => c with { Tokens = c.Tokens with { Layer = v } }),
        new TypedConfigField<int>(
            "tokens.every",
            "Blocks between merges; 0 = as the merging does: tome and pitome in every block, others once.",
            "blocks",
            new IntegerScalar(0, 64),
            c => c.Tokens.Every,
            (c, v) => c with { Tokens = c.Tokens with { Every = v } }),
        new TypedConfigField<double>(
            "tokens.inflection",
            "Repeated merges grow linearly from (1 - i) to (1 + i) times their mean; 0 = all equal.",
            null,
            new NumberScalar(-1, 1),
            c => c.Tokens.Inflection,
            (c, v) => c with { Tokens = c.Tokens with { Inflection = v } }),
        new TypedConfigField<MergeMetric?>(
            "tokens.metric",
            "Vectors whose cosine decides the matching; auto = keys, and tokens at layer 0, where there are no keys.",
            null,
            new AutoScalar<MergeMetric>(new ChoiceScalar<MergeMetric>(
                ("keys", MergeMetric.Keys), ("tokens", MergeMetric.Tokens))),
            c => c.Tokens.Metric,
            (c, v) => c with { Tokens = c.Tokens with { Metric = v } },
            inEffect: c => MergingCatalog.MetricOf(c.Tokens)),
        new TypedConfigField<double>(
            "tokens.threshold",
            "tome-threshold: only pairs of a cosine above it merge.",
            null,
            new NumberScalar(-1, 1),
            c => c.Tokens.Threshold,
            (c, v) => c with { Tokens = c.Tokens with { Threshold = v } }),
        new TypedConfigField<double>(
            "tokens.margin",
            "pitome: cosine from which a neighbour adds to a token's energy, in the first block; falls to 0.",
            null,
            new NumberScalar(-1, 1),
            c => c.Tokens.Margin,
            (c, v) => c with { Tokens = c.Tokens with { Margin = v } }),
        new TypedConfigField<DropChoice>(
            "tokens.drop",
            "drop: the tokens that matching would merge into others, or random ones.",
            null,
            new ChoiceScalar<DropChoice>(
            ("matched", DropChoice.Matched),
            ("random", DropChoice.Random)),
            c => c.Tokens.Drop,
            (c, v) => c with { Tokens = c.Tokens with { Drop = v } }),
        new TypedConfigField<bool?>(
            "tokens.proportional_attention",
            "Whether later attention weighs a token by its size; auto = true, false for evit and pitome.",
            null,
            new AutoScalar<bool>(new FlagScalar()),
            c => c.Tokens.ProportionalAttention,
            (c, v) => c with { Tokens = c.Tokens with { ProportionalAttention = v } },
            inEffect: c => MergingCatalog.IsProportional(c.Tokens)),
        new TypedConfigField<Duration>(
            "tokens.start",
            "When in training merging starts, in epochs or percent.",
            null,
            new DurationScalar(),
            c => c.Tokens.Start,
            (c, v) => c with { Tokens = c.Tokens with { Start = v } }),
        new TypedConfigField<Duration>(
            "tokens.stop",
            "When merging stops, in epochs or percent; the trained model then does not merge.",
            null,
            new DurationScalar(),
            c => c.Tokens.Stop,
            (c, v) => c with { Tokens = c.Tokens with { Stop = v } }),
    ];
}
