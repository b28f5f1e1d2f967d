using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>Carries out a match, forward and backward.</summary>
internal static class TokenFusing
{
    public static (TokenState State, MergeRecord Record) Forward(
        Device device, Workspace work, TokenMerging merging, in TokenState state, in TokenMatch match)
    {
        Shape tokens = new(state.Batch, match.Left, state.Dim), rows = new(state.Batch, match.Left);
        Tensor merged = work.Take(tokens), sizes = work.Take(rows), bias = work.Take(rows), mean = default;
        device.MergeTokens(new(state.Tokens, state.Sizes, match.Map, merged, sizes, bias));
        if (merging.Fusion == TokenFusion.NormPreserving)
        {
            (mean, merged) = (merged, work.Take(tokens));
            device.PreserveNorms(new(state.Tokens, state.Sizes, match.Map, sizes, mean, merged));
        }
        else if (merging.Fusion == TokenFusion.WeightedSum)
        {
            device.SumTokens(new(state.Tokens, match.Weights, match.Map, merged));
        }

        if (!merging.ProportionalAttention)
        {
            // Padding must stay invisible also where sizes are not to weigh.
            if (merging.Ragged) device.PaddingBias(new(sizes, bias));
            else bias = default;
        }

        var record = new MergeRecord(match, merging.Fusion, state.Tokens, state.Sizes, sizes, mean);
        return (new TokenState(merged, sizes, bias), record);
    }

    /// <summary>From dMerged [B, T', C] to the gradient of the tokens before the merge [B, T, C].</summary>
    public static Tensor Backward(Device device, Workspace work, in MergeRecord record, in Tensor dMerged)
    {
        var dTokens = work.Take(record.Tokens.Shape);
        var map = record.Match.Map;
        switch (record.Fusion)
        {
            case TokenFusion.NormPreserving:
                device.PreserveNormsBackward(new(
                    dMerged, record.Tokens, record.Sizes, map, record.MergedSizes, record.Mean, dTokens));
                break;
            case TokenFusion.WeightedSum:
                device.SumTokensBackward(new(dMerged, record.Match.Weights, map, dTokens));
                break;
            default:
                device.MergeTokensBackward(new(dMerged, record.Sizes, map, record.MergedSizes, dTokens));
                break;
        }

        return dTokens;
    }
}
