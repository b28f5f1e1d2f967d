using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Merging;

/// <summary>What a merging is built from.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Config">Settings; each merging reads the keys that it declares.</param>
/// <param name="Shape">Of the model.</param>
/// <param name="Seed">Of the run.</param>
public sealed record MergingSettings(string Name, TokensConfig Config, VitShape Shape, ulong Seed)
{
    /// <summary>A plan of bipartite merges, each of which takes at most half of the unprotected tokens.</summary>
    /// <exception cref="ConfigException">More is asked for than can be merged.</exception>
    public MergePlan Halving(int every) => Plan(every, t => Device.MaximalMerges(t, Shape.ClassToken));

    /// <summary>A plan that leaves at least one patch token.</summary>
    /// <exception cref="ConfigException">More is asked for than can be merged.</exception>
    public MergePlan LeavingOne(int every) => Plan(every, t => t - (Shape.ClassToken ? 1 : 0) - 1);

    /// <exception cref="ConfigException">More is asked for than can be merged.</exception>
    public MergePlan Plan(int every, Func<int, int> most) => MergePlan.Create(Config, Shape, every, most);

    /// <summary>Bipartite soft matching by this config's metric.</summary>
    public BipartiteMerging Bipartite(
        MergePlan plan, float threshold = float.NaN, bool drop = false, TokenFusion fusion = TokenFusion.Mean) =>
        new(Name, plan, Config.Metric, Config.ProportionalAttention, threshold, drop, fusion);
}
