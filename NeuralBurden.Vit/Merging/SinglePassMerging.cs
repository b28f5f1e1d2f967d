using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Merging;

/// <summary>
/// Single-Pass Token Merging (arXiv 2407.16716): one bipartite soft matching (arXiv 2210.09461) per forward pass, in
/// training and evaluation. The metric is the mean attention key over heads, or the tokens themselves, which is the
/// only choice before the first block.
/// </summary>
public sealed class SinglePassMerging(int layer, int r, MergeMetric metric, bool proportionalAttention) : TokenMerging
{
    public override string Name => TokensConfig.SinglePass;

    public override bool ProportionalAttention => proportionalAttention;

    public override int RemovedAt(int place, int tokens) => place == layer ? r : 0;

    public override void Match(in MergeContext context, int r, in Tensor map)
    {
        var tokens = context.State.Tokens;
        if (context.Qkv.IsNone || metric == MergeMetric.Tokens)
        {
            context.Device.MatchTokens(tokens, r, context.ProtectFirst, map);
            return;
        }

        var keys = context.Workspace.Take(new Shape(tokens.Shape[0], tokens.Shape[1], context.Qkv.Shape[4]));
        context.Device.MeanKeys(context.Qkv, keys);
        context.Device.MatchTokens(keys, r, context.ProtectFirst, map);
    }

    public override long MatchCost(int tokens, int metricDim) => MatchTokensContract.CostOf(1, tokens, metricDim).MultiplyAdds;

    public override int MetricDim(int place, int dim, int heads) =>
        place == 0 || metric == MergeMetric.Tokens ? dim : dim / heads;

    /// <summary>The merging that a config asks for, or null for none.</summary>
    /// <exception cref="ConfigException">The layer or the number of merged tokens is out of range.</exception>
    public static SinglePassMerging? Create(TokensConfig config, int tokens, int depth, bool classToken)
    {
        if (!config.Merges) return null;
        if (config.Layer > depth)
            throw new ConfigException("tokens.layer", $"{config.Layer}; allowed 0 (after the embedding) to {depth}");
        int most = Device.MaximalMerges(tokens, classToken), r = config.R.Resolve(tokens, classToken ? 1 : 0);
        if (r > most)
        {
            throw new ConfigException(
                "tokens.r", $"{config.R} asks to merge {r} of {tokens} tokens; one merge takes at most {most}");
        }

        return r == 0 ? null : new SinglePassMerging(config.Layer, r, config.Metric, config.ProportionalAttention);
    }
}
