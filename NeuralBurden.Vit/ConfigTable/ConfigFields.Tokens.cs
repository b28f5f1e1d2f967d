using System.Collections.Immutable;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private static ImmutableArray<ConfigField> Tokens =>
    [
        Section.Tokens.Field(
            "tokens.merge", "Token merging; 'nb merges' describes each.",
            new ChoiceScalar<string>(
                [(TokensConfig.None, TokensConfig.None), .. MergingCatalog.Names.Select(name => (name, name))]),
            s => s.Merge, (s, v) => s with { Merge = v }),
        Section.Tokens.Field(
            "tokens.r",
            "Tokens to remove: a count for each merge, or the share (without the class token) that all remove together.",
            new TokenQuantityScalar(), s => s.R, (s, v) => s with { R = v }, unit: "tokens"),
        Section.Tokens.Field(
            "tokens.keep",
            "What each merge keeps in place of tokens.r: keep rate of evit, ratio of pitome; auto = tokens.r decides.",
            new AutoScalar<double>(new NumberScalar(0, 1, open: true, percent: true)),
            s => s.Keep, (s, v) => s with { Keep = v }, hashedWhenSet: true),
        Section.Tokens.Field(
            "tokens.layer", "Where the first merge is: 0 = after the embedding, l = in block l between attention and MLP.",
            new IntegerScalar(0, 64), s => s.Layer, (s, v) => s with { Layer = v }, unit: "block"),
        Section.Tokens.Field(
            "tokens.every", "Blocks between merges; 0 = as the merging does: tome and pitome in every block, others once.",
            new IntegerScalar(0, 64), s => s.Every, (s, v) => s with { Every = v }, unit: "blocks"),
        Section.Tokens.Field(
            "tokens.inflection", "Repeated merges grow linearly from (1 - i) to (1 + i) times their mean; 0 = all equal.",
            new NumberScalar(-1, 1), s => s.Inflection, (s, v) => s with { Inflection = v }),
        Section.Tokens.Field(
            "tokens.metric",
            "Vectors whose cosine decides the matching; auto = keys, and tokens at layer 0, where there are no keys.",
            new AutoScalar<MergeMetric>(
                new ChoiceScalar<MergeMetric>(("keys", MergeMetric.Keys), ("tokens", MergeMetric.Tokens))),
            s => s.Metric, (s, v) => s with { Metric = v }, inEffect: s => MergingCatalog.MetricOf(s)),
        Section.Tokens.Field(
            "tokens.threshold", "tome-threshold: only pairs of a cosine above it merge.",
            new NumberScalar(-1, 1), s => s.Threshold, (s, v) => s with { Threshold = v }),
        Section.Tokens.Field(
            "tokens.margin", "pitome: cosine from which a neighbour adds to a token's energy, in the first block; falls to 0.",
            new NumberScalar(-1, 1), s => s.Margin, (s, v) => s with { Margin = v }),
        Section.Tokens.Field(
            "tokens.drop", "drop: the tokens that matching would merge into others, or random ones.",
            new ChoiceScalar<DropChoice>(("matched", DropChoice.Matched), ("random", DropChoice.Random)),
            s => s.Drop, (s, v) => s with { Drop = v }),
        Section.Tokens.Field(
            "tokens.proportional_attention",
            "Whether later attention weighs a token by its size; auto = true, false for evit and pitome.",
            new AutoScalar<bool>(new FlagScalar()),
            s => s.ProportionalAttention, (s, v) => s with { ProportionalAttention = v },
            inEffect: s => MergingCatalog.IsProportional(s)),
        Section.Tokens.Field(
            "tokens.start", "When in training merging starts, in epochs or percent.",
            new DurationScalar(), s => s.Start, (s, v) => s with { Start = v }),
        Section.Tokens.Field(
            "tokens.stop", "When merging stops, in epochs or percent; the trained model then does not merge.",
            new DurationScalar(), s => s.Stop, (s, v) => s with { Stop = v }),
    ];
}
