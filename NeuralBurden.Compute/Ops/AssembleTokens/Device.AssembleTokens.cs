using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// The token sequence: T - P tokens that no patch belongs to, then the patches, plus learned positions. The first of
    /// the extra tokens is the class token, where there is one; of the others the position is all there is.
    /// patches [B, P, C]; classToken [C] or none; positions [T, C], T >= P and T > P with a class token; tokens [B, T, C].
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void AssembleTokens(in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        const string op = "AssembleTokens";
        Require.Rank(this, op, "patches", patches, 3);
        int b = patches.Shape[0], p = patches.Shape[1], c = patches.Shape[2];
        int extra = ExtraTokens(op, "positions", positions, p, classToken);
        Require.OptionalFloats(this, op, "classToken", classToken, new Shape(c));
        Require.Floats(this, op, "positions", positions, new Shape(p + extra, c));
        Require.Floats(this, op, "tokens", tokens, new Shape(b, p + extra, c));
        Require.Disjoint(op, "patches", patches, "tokens", tokens);
        if (tokens.Count > 0) AssembleTokensCore(b, p, c, extra, patches, classToken, positions, tokens);
    }

    /// <summary>
    /// Gradients of <see cref="AssembleTokens"/>: dPatches is overwritten; dClassToken and dPositions are sums over
    /// the batch and are added to.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void AssembleTokensBackward(in Tensor dTokens, in Tensor dPatches, in Tensor dClassToken, in Tensor dPositions)
    {
        const string op = "AssembleTokensBackward";
        Require.Rank(this, op, "dPatches", dPatches, 3);
        int b = dPatches.Shape[0], p = dPatches.Shape[1], c = dPatches.Shape[2];
        int extra = ExtraTokens(op, "dPositions", dPositions, p, dClassToken);
        Require.OptionalFloats(this, op, "dClassToken", dClassToken, new Shape(c));
        Require.Floats(this, op, "dPositions", dPositions, new Shape(p + extra, c));
        Require.Floats(this, op, "dTokens", dTokens, new Shape(b, p + extra, c));
        Require.Disjoint(op, "dPatches", dPatches, "dTokens", dTokens);
        if (dTokens.Count > 0) AssembleTokensBackwardCore(b, p, c, extra, dTokens, dPatches, dClassToken, dPositions);
    }

    private int ExtraTokens(string op, string name, in Tensor positions, int patches, in Tensor classToken)
    {
        Require.Rank(this, op, name, positions, 2);
        return Math.Max(positions.Shape[0] - patches, classToken.IsNone ? 0 : 1);
    }

    protected abstract void AssembleTokensCore(
        int b, int p, int c, int extra, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens);

    protected abstract void AssembleTokensBackwardCore(
        int b, int p, int c, int extra, in Tensor dTokens, in Tensor dPatches, in Tensor dClassToken, in Tensor dPositions);
}
