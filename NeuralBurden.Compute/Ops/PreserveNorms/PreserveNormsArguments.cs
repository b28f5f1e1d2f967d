using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>
/// Gives merged tokens the norm that plain averaging takes from them: with m the mean of a group as MergeTokens
/// wrote it and w_n = sizes[n] / mergedSizes, output = m (sum_n w_n |x_n|) / |m|. A mean of norm 0 stays 0; a token
/// alone in its group stays as it is. tokens [B, T, C]; sizes [B, T] or none (all 1); map int32 [B, T] in [-1, T');
/// mergedSizes [B, T']; mean, output [B, T', C].
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct PreserveNormsArguments(
    Tensor Tokens, Tensor Sizes, Tensor Map, Tensor MergedSizes, Tensor Mean, Tensor Output)
{
    internal (int B, int T, int Left, int C) Extents => (Tokens.Shape[0], Tokens.Shape[1], Mean.Shape[1], Tokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Tokens, 3);
        require.Rank(Mean, 3);
        var (b, t, left, c) = Extents;
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        require.Floats(MergedSizes, new Shape(b, left));
        require.Floats(Mean, new Shape(b, left, c));
        require.Floats(Output, Mean.Shape);
        require.Disjoint(Tokens, Output);
        require.Disjoint(Mean, Output);
        return Tokens.Count > 0;
    }
}

/// <summary>
/// Gradient of MergeTokens followed by <c>PreserveNorms</c>: with u = m / |m|, s = sum_n w_n |x_n| / |m| and
/// p = u . dOutput, dTokens[n] = w_n (s (dOutput - p u) + p x_n / |x_n|), where a token of norm 0 has no last
/// term, and a mean of norm 0 gives w_n dOutput; 0 for dropped tokens. dTokens is overwritten.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct PreserveNormsBackwardArguments(
    Tensor DOutput, Tensor Tokens, Tensor Sizes, Tensor Map, Tensor MergedSizes, Tensor Mean, Tensor DTokens)
{
    internal (int B, int T, int Left, int C) Extents => (Tokens.Shape[0], Tokens.Shape[1], Mean.Shape[1], Tokens.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Tokens, 3);
        require.Rank(Mean, 3);
        var (b, t, left, c) = Extents;
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        require.Floats(MergedSizes, new Shape(b, left));
        require.Floats(Mean, new Shape(b, left, c));
        require.Floats(DOutput, Mean.Shape);
        require.Floats(DTokens, Tokens.Shape);
        require.Disjoint(DOutput, DTokens);
        require.Disjoint(Tokens, DTokens);
        return Tokens.Count > 0;
    }
}
