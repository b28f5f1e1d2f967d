using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>One merge: its metric, its matching, the merge itself and its gradient.</summary>
internal static class MergeWorkloads
{
    public static IEnumerable<OpWorkload> Of(OpContract contract, StepExtents e)
    {
        var source = new CaseSource(13);
        return contract.Name switch
        {
            "MeanKeys" => [new(contract, "MeanKeys", MeanKeys(e, source))],
            "MatchTokens" => [new(contract, "MatchTokens", Match(e, source))],
            _ =>
            [
                new(contract, "MergeTokens forward", Merge(e, source)),
                new(contract, "MergeTokens backward", MergeBackward(e, source)),
            ],
        };
    }

    private static OpCase MeanKeys(StepExtents e, CaseSource source)
    {
        Shape qkv = new(e.Batch, e.Tokens, 3, e.Heads, e.HeadDim), keys = new(e.Batch, e.Tokens, e.HeadDim);
        return new OpCase(
            $"{qkv}",
            [OpArgument.Input("qkv", qkv, source.Floats(qkv.Count)), OpArgument.Output("keys", keys)],
            (device, t) => device.MeanKeys(new(t[0], t[1])),
            new OpCost(0, 4 * keys.Count * (e.Heads + 1)));
    }

    private static OpCase Match(StepExtents e, CaseSource source)
    {
        Shape metric = new(e.Batch, e.Tokens, e.HeadDim), map = new(e.Batch, e.Tokens);
        return new OpCase(
            $"{metric}, {e.Merged} merged",
            [OpArgument.Input("metric", metric, source.Floats(metric.Count)), OpArgument.IndexOutput("map", map)],
            (device, t) => device.MatchTokens(new(t[0], default, new MatchRule(e.Merged, ProtectFirst: true), t[1])),
            MatchTokensContract.CostOf(e.Batch, e.Tokens, e.HeadDim));
    }

    private static OpCase Merge(StepExtents e, CaseSource source)
    {
        int left = e.Tokens - e.Merged;
        Shape tokens = new(e.Batch, e.Tokens, e.Dim), merged = new(e.Batch, left, e.Dim), sizes = new(e.Batch, left);
        return new OpCase(
            $"{tokens} to {left} tokens",
            [
                OpArgument.Input("tokens", tokens, source.Floats(tokens.Count)),
                OpArgument.Input("map", new Shape(e.Batch, e.Tokens), Map(e, source)),
                OpArgument.Output("merged", merged),
                OpArgument.Output("mergedSizes", sizes),
                OpArgument.Output("logSizes", sizes),
            ],
            (device, t) => device.MergeTokens(new(t[0], default, t[1], t[2], t[3], t[4])),
            new OpCost(0, 4 * (tokens.Count + merged.Count)));
    }

    private static OpCase MergeBackward(StepExtents e, CaseSource source)
    {
        int left = e.Tokens - e.Merged;
        Shape tokens = new(e.Batch, e.Tokens, e.Dim), merged = new(e.Batch, left, e.Dim), sizes = new(e.Batch, left);
        return new OpCase(
            $"{left} to {e.Tokens} tokens",
            [
                OpArgument.Input("dMerged", merged, source.Floats(merged.Count)),
                OpArgument.Input("map", new Shape(e.Batch, e.Tokens), Map(e, source)),
                OpArgument.Input("mergedSizes", sizes, source.Positive(sizes.Count, 1, 4)),
                OpArgument.Output("dTokens", tokens),
            ],
            (device, t) => device.MergeTokensBackward(new(t[0], default, t[1], t[2], t[3])),
            new OpCost(0, 4 * (tokens.Count + merged.Count)));
    }

    // The tokens that stay in their order, then each merged one with any of them.
    private static int[] Map(StepExtents e, CaseSource source)
    {
        int left = e.Tokens - e.Merged;
        var map = new int[e.Batch * e.Tokens];
        for (int i = 0; i < map.Length; i++)
        {
            int token = i % e.Tokens;
            map[i] = token < left ? token : source.Int(1, left - 1);
        }

        return map;
    }
}
