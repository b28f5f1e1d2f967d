using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Gives merged tokens the norm that plain averaging takes from them: with m the mean of a group as MergeTokens
    /// wrote it and w_n = sizes[n] / mergedSizes, output = m (sum_n w_n |x_n|) / |m|. A mean of norm 0 stays 0; a token
    /// alone in its group stays as it is. tokens [B, T, C]; sizes [B, T] or none (all 1); map int32 [B, T] in [-1, T');
    /// mergedSizes [B, T']; mean, output [B, T', C].
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void PreserveNorms(
        in Tensor tokens, in Tensor sizes, in Tensor map, in Tensor mergedSizes, in Tensor mean, in Tensor output)
    {
        const string op = "PreserveNorms";
        Require.Rank(this, op, "tokens", tokens, 3);
        Require.Rank(this, op, "mean", mean, 3);
        int b = tokens.Shape[0], t = tokens.Shape[1], c = tokens.Shape[2], left = mean.Shape[1];
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        Require.Floats(this, op, "mergedSizes", mergedSizes, new Shape(b, left));
        Require.Floats(this, op, "mean", mean, new Shape(b, left, c));
        Require.Floats(this, op, "output", output, mean.Shape);
        Require.Disjoint(op, "tokens", tokens, "output", output);
        Require.Disjoint(op, "mean", mean, "output", output);
        if (tokens.Count > 0) PreserveNormsCore(b, t, left, c, tokens, sizes, map, mergedSizes, mean, output);
    }

    /// <summary>
    /// Gradient of MergeTokens followed by <see cref="PreserveNorms"/>: with u = m / |m|, s = sum_n w_n |x_n| / |m| and
    /// p = u . dOutput, dTokens[n] = w_n (s (dOutput - p u) + p x_n / |x_n|), where a token of norm 0 has no last
    /// term, and a mean of norm 0 gives w_n dOutput; 0 for dropped tokens. dTokens is overwritten.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void PreserveNormsBackward(
        in Tensor dOutput,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor dTokens)
    {
        const string op = "PreserveNormsBackward";
        Require.Rank(this, op, "tokens", tokens, 3);
        Require.Rank(this, op, "mean", mean, 3);
        int b = tokens.Shape[0], t = tokens.Shape[1], c = tokens.Shape[2], left = mean.Shape[1];
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        Require.Floats(this, op, "mergedSizes", mergedSizes, new Shape(b, left));
        Require.Floats(this, op, "mean", mean, new Shape(b, left, c));
        Require.Floats(this, op, "dOutput", dOutput, mean.Shape);
        Require.Floats(this, op, "dTokens", dTokens, tokens.Shape);
        Require.Disjoint(op, "dOutput", dOutput, "dTokens", dTokens);
        Require.Disjoint(op, "tokens", tokens, "dTokens", dTokens);
        if (tokens.Count > 0)
            PreserveNormsBackwardCore(b, t, left, c, dOutput, tokens, sizes, map, mergedSizes, mean, dTokens);
    }

    protected abstract void PreserveNormsCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor output);

    protected abstract void PreserveNormsBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dOutput,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor dTokens);
}
