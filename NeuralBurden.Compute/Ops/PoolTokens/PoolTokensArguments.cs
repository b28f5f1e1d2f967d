using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.PoolTokens;

/// <summary>
/// One vector per image: the size-weighted mean sum_t size[b, t] tokens[b, t] / sum_t size[b, t] over a range of its
/// tokens; a range of one is that token. tokens [B, T, C]; sizes [B, T] or none (all 1); pooled [B, C].
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap; a range beyond T.</exception>
public readonly record struct PoolTokensArguments(Tensor Tokens, Tensor Sizes, TokenRange Range, Tensor Pooled)
{
    internal (int B, int T, int C) Extents => (Tokens.Shape[0], Tokens.Shape[1], Tokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Tokens, 3);
        var (b, t, c) = Extents;
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Floats(Pooled, new Shape(b, c));
        require.Disjoint(Tokens, Pooled);
        Range.Check(t);
        return Tokens.Count > 0;
    }
}

/// <summary>Gradient of <c>PoolTokens</c>; dTokens is overwritten, 0 for tokens that were not pooled.</summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap; a range beyond T.</exception>
public readonly record struct PoolTokensBackwardArguments(
    Tensor DPooled, Tensor Sizes, TokenRange Range, Tensor DTokens)
{
    internal (int B, int T, int C) Extents => (DTokens.Shape[0], DTokens.Shape[1], DTokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(DTokens, 3);
        var (b, t, c) = Extents;
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Floats(DPooled, new Shape(b, c));
        require.Disjoint(DTokens, DPooled);
        Range.Check(t);
        return DTokens.Count > 0;
    }
}
