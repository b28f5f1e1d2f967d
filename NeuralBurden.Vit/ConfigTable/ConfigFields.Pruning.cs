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
        new TypedConfigField<string>(
            "pruning.method",
            "Pruning method; dense prunes nothing.",
            null,
            new TextScalar(
                @"^[a-z0-9][a-z0-9-]*$",
                "a method that 'nb methods' lists"),
            c => c.Pruning.Method,
            (c, v) => c with { Pruning = c.Pruning with { Method = v } }),
        new TypedConfigField<double?>(
            "pruning.sparsity",
            "Target share of zeros among the prunable weights.",
            null,
            new AutoScalar<double>(new NumberScalar(0, 1, percent: true)),
            c => c.Pruning.Sparsity,
            (c, v) => c with { Pruning = c.Pruning with { Sparsity = v } }),
        new TypedConfigField<Duration?>(
            "pruning.start",
            "When pruning starts.",
            null,
            new AutoScalar<Duration>(new DurationScalar()),
            c => c.Pruning.Start,
            (c, v) => c with { Pruning = c.Pruning with { Start = v } }),
        new TypedConfigField<Duration?>(
            "pruning.end",
            "When the target sparsity is reached.",
            null,
            new AutoScalar<Duration>(new DurationScalar()),
            c => c.Pruning.End,
            (c, v) => c with { Pruning = c.Pruning with { End = v } }),
        new TypedConfigField<Duration?>(
            "pruning.stop",
            "When the mask is frozen.",
            null,
            new AutoScalar<Duration>(new DurationScalar()),
            c => c.Pruning.Stop,
            (c, v) => c with { Pruning = c.Pruning with { Stop = v } }),
        new TypedConfigField<Duration?>(
            "pruning.update_every",
            "Time between updates of the mask, at least one step; a share of training (0.25%) serves runs of any length.",
            null,
            new AutoScalar<Duration>(new DurationScalar(positive: true)),
            c => c.Pruning.UpdateEvery,
            (c, v) => c with { Pruning = c.Pruning with { UpdateEvery = v } }),
        new TypedConfigField<SparsityDistribution?>(
            "pruning.distribution",
            "How sparsity is shared out over the matrices.",
            null,
            new AutoScalar<SparsityDistribution>(Distributions),
            c => c.Pruning.Distribution,
            (c, v) => c with { Pruning = c.Pruning with { Distribution = v } }),
        new TypedConfigField<PruningScope>(
            "pruning.scope",
            "Which matrices of each block are prunable.",
            null,
            new ChoiceScalar<PruningScope>(
            ("all", PruningScope.All),
            ("attention", PruningScope.Attention),
            ("mlp", PruningScope.Mlp)),
            c => c.Pruning.Scope,
            (c, v) => c with { Pruning = c.Pruning with { Scope = v } }),
        new TypedConfigField<int>(
            "pruning.dense_gradient_every",
            "Steps between dense weight gradients, for methods whose pruned weights follow them; 1 is faithful.",
            null,
            new IntegerScalar(1, 1000),
            c => c.Pruning.DenseGradientEvery,
            (c, v) => c with { Pruning = c.Pruning with { DenseGradientEvery = v } }),
    ];
}
