using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// One vector per image: the size-weighted mean sum_t size[b, t] tokens[b, t] / sum_t size[b, t] over a range of its
    /// tokens; a range of one is that token. tokens [B, T, C]; sizes [B, T] or none (all 1); pooled [B, C].
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap; a range beyond T.</exception>
    public void PoolTokens(in Tensor tokens, in Tensor sizes, in TokenRange range, in Tensor pooled)
    {
        const string op = "PoolTokens";
        Require.Rank(this, op, "tokens", tokens, 3);
        int b = tokens.Shape[0], t = tokens.Shape[1], c = tokens.Shape[2];
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Floats(this, op, "pooled", pooled, new Shape(b, c));
        Require.Disjoint(op, "tokens", tokens, "pooled", pooled);
        RequireRange(op, range, t);
        if (tokens.Count > 0) PoolTokensCore(b, t, c, tokens, sizes, range, pooled);
    }

    /// <summary>Gradient of <see cref="PoolTokens"/>; dTokens is overwritten, 0 for tokens that were not pooled.</summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void PoolTokensBackward(in Tensor dPooled, in Tensor sizes, in TokenRange range, in Tensor dTokens)
    {
        const string op = "PoolTokensBackward";
        Require.Rank(this, op, "dTokens", dTokens, 3);
        int b = dTokens.Shape[0], t = dTokens.Shape[1], c = dTokens.Shape[2];
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Floats(this, op, "dPooled", dPooled, new Shape(b, c));
        Require.Disjoint(op, "dTokens", dTokens, "dPooled", dPooled);
        RequireRange(op, range, t);
        if (dTokens.Count > 0) PoolTokensBackwardCore(b, t, c, dPooled, sizes, range, dTokens);
    }

    private static void RequireRange(string op, in TokenRange range, int tokens)
    {
        if (range.First < 0 || range.Count < 1 || range.End > tokens)
            throw new ArgumentException($"{op}: tokens {range.First} to {range.End - 1}; there are 0 to {tokens - 1}");
    }

    protected abstract void PoolTokensCore(
        int b, int t, int c, in Tensor tokens, in Tensor sizes, in TokenRange range, in Tensor pooled);

    protected abstract void PoolTokensBackwardCore(
        int b, int t, int c, in Tensor dPooled, in Tensor sizes, in TokenRange range, in Tensor dTokens);
}
