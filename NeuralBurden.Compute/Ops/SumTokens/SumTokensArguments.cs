using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SumTokens;

/// <summary>
/// Fuses tokens by a map without normalising: merged[m] = sum of weights[n] tokens[n] over the n with
/// map[b, n] = m. tokens [B, T, C]; weights [B, T]; map int32 [B, T] in [-1, T'), where -1 drops a token; merged
/// [B, T', C], 0 for a group without tokens.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct SumTokensArguments(Tensor Tokens, Tensor Weights, Tensor Map, Tensor Merged)
{
    internal (int B, int T, int Left, int C) Extents => (Tokens.Shape[0], Tokens.Shape[1], Merged.Shape[1], Tokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Tokens, 3);
        require.Rank(Merged, 3);
        var (b, t, left, c) = Extents;
        require.Floats(Weights, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        require.Floats(Merged, new Shape(b, left, c));
        require.Disjoint(Tokens, Merged);
        require.Disjoint(Weights, Merged);
        return Tokens.Count > 0;
    }
}

/// <summary>
/// Gradient of <c>SumTokens</c>: dTokens[n] = weights[n] dMerged[map n], 0 for dropped tokens. Map and
/// weights are constants. dTokens is overwritten.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct SumTokensBackwardArguments(
    Tensor DMerged, Tensor Weights, Tensor Map, Tensor DTokens)
{
    internal (int B, int T, int Left, int C) Extents => (DTokens.Shape[0], DTokens.Shape[1], DMerged.Shape[1], DTokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(DTokens, 3);
        require.Rank(DMerged, 3);
        var (b, t, left, c) = Extents;
        require.Floats(Weights, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        require.Floats(DMerged, new Shape(b, left, c));
        require.Disjoint(DMerged, DTokens);
        require.Disjoint(Weights, DTokens);
        return DTokens.Count > 0;
    }
}
