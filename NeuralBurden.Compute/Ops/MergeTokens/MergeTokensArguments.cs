using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.MergeTokens;

/// <summary>
/// Merges tokens by a map: with G(m) = { n : map[b, n] = m },
/// mergedSizes[m] = sum over G(m) of sizes[n], logSizes = log of it, merged[m] = sum over G(m) of
/// sizes[n] tokens[n] / mergedSizes[m]. tokens [B, T, C]; sizes [B, T] or none (all 1); map int32 [B, T] in [-1, T'),
/// where -1 drops a token; merged [B, T', C]; mergedSizes, logSizes [B, T']. A group without tokens is padding:
/// merged 0, size 0, log size -infinity.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct MergeTokensArguments(
    Tensor Tokens, Tensor Sizes, Tensor Map, Tensor Merged, Tensor MergedSizes, Tensor LogSizes)
{
    internal (int B, int T, int Left, int C) Extents => (Tokens.Shape[0], Tokens.Shape[1], Merged.Shape[1], Tokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Tokens, 3);
        require.Rank(Merged, 3);
        var (b, t, left, c) = Extents;
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        require.Floats(Merged, new Shape(b, left, c));
        require.Floats(MergedSizes, new Shape(b, left));
        require.Floats(LogSizes, new Shape(b, left));
        require.Disjoint(Tokens, Merged);
        require.Disjoint(Sizes, MergedSizes);
        return Tokens.Count > 0;
    }
}

/// <summary>
/// Gradient of <c>MergeTokens</c>: dTokens[n] = sizes[n] / mergedSizes[map n] dMerged[map n], 0 for dropped
/// tokens and padding. Map and sizes are constants. dTokens is overwritten.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct MergeTokensBackwardArguments(
    Tensor DMerged, Tensor Sizes, Tensor Map, Tensor MergedSizes, Tensor DTokens)
{
    internal (int B, int T, int Left, int C) Extents => (DTokens.Shape[0], DTokens.Shape[1], DMerged.Shape[1], DTokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(DTokens, 3);
        require.Rank(DMerged, 3);
        var (b, t, left, c) = Extents;
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        require.Floats(DMerged, new Shape(b, left, c));
        require.Floats(MergedSizes, new Shape(b, left));
        require.Disjoint(DMerged, DTokens);
        return DTokens.Count > 0;
    }
}
