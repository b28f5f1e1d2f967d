using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>What a merging is built from.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Config">Settings; each merging reads the keys that it declares.</param>
/// <param name="Shape">Of the model.</param>
/// <param name="Seed">Of the run.</param>
public sealed record MergingSettings(string Name, TokensConfig Config, VitShape Shape, ulong Seed)
{
    public MergeMetric Metric => MergingCatalog.MetricOf(Config);

    public bool Proportional => MergingCatalog.IsProportional(Config);

    /// <summary>A plan of bipartite merges, each of which takes at most half of the unprotected tokens.</summary>
    /// <exception cref="SettingException">More is asked for than can be merged.</exception>
    public MergePlan Halving(int every) => Plan(every, Half);

    /// <summary>A plan that leaves at least one patch token.</summary>
    /// <exception cref="SettingException">More is asked for than can be merged.</exception>
    public MergePlan LeavingOne(int every) => Plan(every, AllButOne);

    /// <exception cref="SettingException">More is asked for than can be merged.</exception>
    public MergePlan Plan(int every, Func<int, int> most) => MergePlan.Create(Config, Shape, every, most);

    /// <summary>
    /// A plan of <paramref name="halving"/> or leaving-one merges by <c>tokens.keep</c> where it is given, else by
    /// <c>tokens.r</c>.
    /// </summary>
    /// <param name="removed">Tokens that a merge removes of T, class token and registers included, at a keep rate.</param>
    /// <exception cref="SettingException">More is asked for than can be merged.</exception>
    public MergePlan Keeping(int every, bool halving, Func<int, double, int> removed) =>
        Config.Keep is null ? (halving ? Halving(every) : LeavingOne(every))
        : MergePlan.Keeping(Config, Shape, every, removed, halving ? Half : AllButOne);

    /// <summary>Bipartite soft matching by this config's metric.</summary>
    public BipartiteMerging Bipartite(
        MergePlan plan, float threshold = float.NaN, bool drop = false, TokenFusion fusion = TokenFusion.Mean) =>
        new(Name, plan, Metric, Proportional, threshold, drop, fusion);

    private int Half(int tokens) => MatchRule.MaximalMerges(tokens, Shape.Extra);

    private int AllButOne(int tokens) => tokens - Shape.Extra - 1;
}
