using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.AssembleTokens;

/// <summary>
/// The token sequence: T - P tokens that no patch belongs to, then the patches, plus learned positions. The first of
/// the extra tokens is the class token, where there is one; of the others the position is all there is.
/// patches [B, P, C]; classToken [C] or none; positions [T, C], T &gt;= P and T &gt; P with a class token; tokens [B, T, C].
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct AssembleTokensArguments(
    Tensor Patches, Tensor ClassToken, Tensor Positions, Tensor Tokens)
{
    internal (int B, int P, int C) Extents => (Patches.Shape[0], Patches.Shape[1], Patches.Shape[2]);

    /// <summary>T - P.</summary>
    internal int Extra => Math.Max(Positions.Shape[0] - Patches.Shape[1], ClassToken.IsNone ? 0 : 1);

    internal bool Check(Require require)
    {
        require.Rank(Patches, 3);
        var (b, p, c) = Extents;
        require.Rank(Positions, 2);
        require.OptionalFloats(ClassToken, new Shape(c));
        require.Floats(Positions, new Shape(p + Extra, c));
        require.Floats(Tokens, new Shape(b, p + Extra, c));
        require.Disjoint(Patches, Tokens);
        return Tokens.Count > 0;
    }
}

/// <summary>
/// Gradients of <c>AssembleTokens</c>: dPatches is overwritten; dClassToken and dPositions are sums over
/// the batch and are added to.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct AssembleTokensBackwardArguments(
    Tensor DTokens, Tensor DPatches, Tensor DClassToken, Tensor DPositions)
{
    internal (int B, int P, int C) Extents => (DPatches.Shape[0], DPatches.Shape[1], DPatches.Shape[2]);

    /// <summary>T - P.</summary>
    internal int Extra => Math.Max(DPositions.Shape[0] - DPatches.Shape[1], DClassToken.IsNone ? 0 : 1);

    internal bool Check(Require require)
    {
        require.Rank(DPatches, 3);
        var (b, p, c) = Extents;
        require.Rank(DPositions, 2);
        require.OptionalFloats(DClassToken, new Shape(c));
        require.Floats(DPositions, new Shape(p + Extra, c));
        require.Floats(DTokens, new Shape(b, p + Extra, c));
        require.Disjoint(DPatches, DTokens);
        return DTokens.Count > 0;
    }
}
