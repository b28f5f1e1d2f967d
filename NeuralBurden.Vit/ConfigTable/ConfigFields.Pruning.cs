using System.Collections.Immutable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigFields
{
    private const string LastPruningKey = "pruning.dense_gradient_every";

    /// <summary>The names that the pruning catalogue has for distributions.</summary>
    internal static Scalar<SparsityDistribution> Distributions => new ChoiceScalar<SparsityDistribution>(
        ("uniform", SparsityDistribution.Uniform),
        ("erk", SparsityDistribution.Erk),
        ("global", SparsityDistribution.Global),
        ("global-normalised", SparsityDistribution.GlobalNormalised));

    private static ImmutableArray<ConfigField> Pruning =>
    [
        Section.Pruning.Field(
            "pruning.method", "Pruning method; dense prunes nothing.",
            new TextScalar(@"^[a-z0-9][a-z0-9-]*$", "a method that 'nb methods' lists"),
            s => s.Method, (s, v) => s with { Method = v }),
        Section.Pruning.Field(
            "pruning.sparsity", "Target share of zeros among the prunable weights.",
            new AutoScalar<double>(new NumberScalar(0, 1, percent: true)), s => s.Sparsity, (s, v) => s with { Sparsity = v }),
        Section.Pruning.Field(
            "pruning.start", "When pruning starts.",
            new AutoScalar<Duration>(new DurationScalar()), s => s.Start, (s, v) => s with { Start = v }),
        Section.Pruning.Field(
            "pruning.end", "When the target sparsity is reached.",
            new AutoScalar<Duration>(new DurationScalar()), s => s.End, (s, v) => s with { End = v }),
        Section.Pruning.Field(
            "pruning.stop", "When the mask is frozen.",
            new AutoScalar<Duration>(new DurationScalar()), s => s.Stop, (s, v) => s with { Stop = v }),
        Section.Pruning.Field(
            "pruning.update_every",
            "Time between updates of the mask, at least one step; a share of training (0.25%) serves runs of any length.",
            new AutoScalar<Duration>(new DurationScalar(positive: true)),
            s => s.UpdateEvery, (s, v) => s with { UpdateEvery = v }),
        Section.Pruning.Field(
            "pruning.distribution", "How sparsity is shared out over the matrices.",
            new AutoScalar<SparsityDistribution>(Distributions), s => s.Distribution, (s, v) => s with { Distribution = v }),
        Section.Pruning.Field(
            "pruning.scope", "Which matrices of each block are prunable.",
            new ChoiceScalar<PruningScope>(
                ("all", PruningScope.All), ("attention", PruningScope.Attention), ("mlp", PruningScope.Mlp)),
            s => s.Scope, (s, v) => s with { Scope = v }),
        Section.Pruning.Field(
            "pruning.dense_gradient_every",
            "Steps between dense weight gradients, for methods whose pruned weights follow them; 1 is faithful.",
            new IntegerScalar(1, 1000), s => s.DenseGradientEvery, (s, v) => s with { DenseGradientEvery = v }),
    ];
}
