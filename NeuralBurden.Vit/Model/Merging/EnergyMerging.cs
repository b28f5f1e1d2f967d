using NeuralBurden.Compute.Contracts;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// PiToMe (arXiv 2405.16148): only the 2r tokens with the most close neighbours may merge. The margin that makes a
/// neighbour close falls linearly with the block: margin (1 - l / L), l from 0.
/// </summary>
public sealed class EnergyMerging(
    string name, MergePlan plan, MergeMetric metric, bool proportionalAttention, double margin, int depth)
    : TokenMerging(name, plan, proportionalAttention)
{
    /// <summary>The vectors whose cosine decides.</summary>
    public MergeMetric Metric => metric;

    /// <summary>margin (1 - l / L).</summary>
    public float MarginAt(int place) => (float)(margin * (1 - ((double)Math.Max(0, place - 1) / depth)));

    public override TokenMatch Match(in MergeContext context, int r)
    {
        var map = context.TakeMap();
        context.Device.MatchByEnergy(new(context.Metric(metric), r, MarginAt(context.Place), context.Protected, map));
        return new TokenMatch(map, context.State.Count - r);
    }

    public override long MatchCost(int place, int tokens, VitShape shape)
    {
        int candidates = tokens - shape.Extra;
        return MatchByEnergyContract.CostOf(1, candidates, MergeContext.MetricDim(metric, place, shape)).MultiplyAdds;
    }
}
