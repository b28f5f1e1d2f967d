using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Merges tokens by a map: with G(m) = { n : map[b, n] = m },
    /// mergedSizes[m] = sum over G(m) of sizes[n], logSizes = log of it, merged[m] = sum over G(m) of
    /// sizes[n] tokens[n] / mergedSizes[m]. tokens [B, T, C]; sizes [B, T] or none (all 1); map int32 [B, T] in [-1, T'),
    /// where -1 drops a token; merged [B, T', C]; mergedSizes, logSizes [B, T']. A group without tokens is padding:
    /// merged 0, size 0, log size -infinity.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void MergeTokens(
        in Tensor tokens, in Tensor sizes, in Tensor map, in Tensor merged, in Tensor mergedSizes, in Tensor logSizes)
    {
        const string op = "MergeTokens";
        Require.Rank(this, op, "tokens", tokens, 3);
        Require.Rank(this, op, "merged", merged, 3);
        int b = tokens.Shape[0], t = tokens.Shape[1], c = tokens.Shape[2], left = merged.Shape[1];
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        Require.Floats(this, op, "merged", merged, new Shape(b, left, c));
        Require.Floats(this, op, "mergedSizes", mergedSizes, new Shape(b, left));
        Require.Floats(this, op, "logSizes", logSizes, new Shape(b, left));
        Require.Disjoint(op, "tokens", tokens, "merged", merged);
        Require.Disjoint(op, "sizes", sizes, "mergedSizes", mergedSizes);
        if (tokens.Count > 0) MergeTokensCore(b, t, left, c, tokens, sizes, map, merged, mergedSizes, logSizes);
    }

    /// <summary>
    /// Gradient of <see cref="MergeTokens"/>: dTokens[n] = sizes[n] / mergedSizes[map n] dMerged[map n], 0 for dropped
    /// tokens and padding. Map and sizes are constants. dTokens is overwritten.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void MergeTokensBackward(
        in Tensor dMerged, in Tensor sizes, in Tensor map, in Tensor mergedSizes, in Tensor dTokens)
    {
        const string op = "MergeTokensBackward";
        Require.Rank(this, op, "dTokens", dTokens, 3);
        Require.Rank(this, op, "dMerged", dMerged, 3);
        int b = dTokens.Shape[0], t = dTokens.Shape[1], c = dTokens.Shape[2], left = dMerged.Shape[1];
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        Require.Floats(this, op, "dMerged", dMerged, new Shape(b, left, c));
        Require.Floats(this, op, "mergedSizes", mergedSizes, new Shape(b, left));
        Require.Disjoint(op, "dMerged", dMerged, "dTokens", dTokens);
        if (dTokens.Count > 0) MergeTokensBackwardCore(b, t, left, c, dMerged, sizes, map, mergedSizes, dTokens);
    }

    protected abstract void MergeTokensCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor merged,
        in Tensor mergedSizes,
        in Tensor logSizes);

    protected abstract void MergeTokensBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dMerged,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor dTokens);
}
