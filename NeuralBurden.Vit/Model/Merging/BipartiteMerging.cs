using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// Bipartite soft matching (arXiv 2210.09461) wherever the plan merges: once per pass it is Single-Pass Token Merging
/// (arXiv 2407.16716), in every block it is ToMe.
/// </summary>
public sealed class BipartiteMerging : TokenMerging
{
    private int[] _host = [];

    /// <param name="threshold">Only pairs of a cosine above it merge; NaN for no such limit.</param>
    /// <param name="drop">The tokens that would join a partner are dropped instead.</param>
    public BipartiteMerging(
        string name,
        MergePlan plan,
        MergeMetric metric,
        bool proportionalAttention,
        float threshold = float.NaN,
        bool drop = false,
        TokenFusion fusion = TokenFusion.Mean)
        : base(name, plan, proportionalAttention)
    {
        (Metric, Threshold, Drop, Fusion) = (metric, threshold, drop, fusion);
    }

    /// <summary>The vectors whose cosine decides.</summary>
    public MergeMetric Metric { get; }

    /// <summary>Only pairs of a cosine above it merge; NaN for no such limit.</summary>
    public float Threshold { get; }

    /// <summary>Whether the tokens that would join a partner are dropped instead.</summary>
    public bool Drop { get; }

    public override bool Ragged => !float.IsNaN(Threshold);

    // The host's copy of the map is kept.
    public override bool IsStateless => !Ragged;

    public override TokenFusion Fusion { get; }

    public override TokenMatch Match(in MergeContext context, int r)
    {
        var map = context.TakeMap();
        var sizes = Ragged ? context.State.Sizes : default;
        var rule = new MatchRule(r, context.Protected, Threshold, Drop);
        context.Device.MatchTokens(new(context.Metric(Metric), sizes, rule, map));
        if (!Ragged) return new TokenMatch(map, context.State.Count - r);
        // The longest image decides; this waits for the device.
        if (_host.Length < map.Count) _host = new int[map.Count];
        var host = _host.AsSpan(0, (int)map.Count);
        context.Device.Download(map, host);
        int last = 0;
        foreach (int position in host) last = Math.Max(last, position);
        return new TokenMatch(map, last + 1);
    }

    public override long MatchCost(int place, int tokens, VitShape shape) =>
        MatchTokensContract.CostOf(1, tokens, MergeContext.MetricDim(Metric, place, shape)).MultiplyAdds;
}
