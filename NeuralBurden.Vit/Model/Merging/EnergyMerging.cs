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
    public override TokenMatch Match(in MergeContext context, int r)
    {
        var map = context.TakeMap();
        double fall = (double)Math.Max(0, context.Place - 1) / depth;
        context.Device.MatchByEnergy(context.Metric(metric), r, (float)(margin * (1 - fall)), context.ProtectFirst, map);
        return new TokenMatch(map, context.State.Count - r);
    }

    public override long MatchCost(int place, int tokens, VitShape shape)
    {
        int candidates = tokens - (shape.ClassToken ? 1 : 0);
        return MatchByEnergyContract.CostOf(1, candidates, MergeContext.MetricDim(metric, place, shape)).MultiplyAdds;
    }
}
