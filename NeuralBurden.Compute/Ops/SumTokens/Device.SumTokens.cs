using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Fuses tokens by a map without normalising: merged[m] = sum of weights[n] tokens[n] over the n with
    /// map[b, n] = m. tokens [B, T, C]; weights [B, T]; map int32 [B, T] in [-1, T'), where -1 drops a token; merged
    /// [B, T', C], 0 for a group without tokens.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void SumTokens(in Tensor tokens, in Tensor weights, in Tensor map, in Tensor merged)
    {
        const string op = "SumTokens";
        Require.Rank(this, op, "tokens", tokens, 3);
        Require.Rank(this, op, "merged", merged, 3);
        int b = tokens.Shape[0], t = tokens.Shape[1], c = tokens.Shape[2], left = merged.Shape[1];
        Require.Floats(this, op, "weights", weights, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        Require.Floats(this, op, "merged", merged, new Shape(b, left, c));
        Require.Disjoint(op, "tokens", tokens, "merged", merged);
        Require.Disjoint(op, "weights", weights, "merged", merged);
        if (tokens.Count > 0) SumTokensCore(b, t, left, c, tokens, weights, map, merged);
    }

    /// <summary>
    /// Gradient of <see cref="SumTokens"/>: dTokens[n] = weights[n] dMerged[map n], 0 for dropped tokens. Map and
    /// weights are constants. dTokens is overwritten.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void SumTokensBackward(in Tensor dMerged, in Tensor weights, in Tensor map, in Tensor dTokens)
    {
        const string op = "SumTokensBackward";
        Require.Rank(this, op, "dTokens", dTokens, 3);
        Require.Rank(this, op, "dMerged", dMerged, 3);
        int b = dTokens.Shape[0], t = dTokens.Shape[1], c = dTokens.Shape[2], left = dMerged.Shape[1];
        Require.Floats(this, op, "weights", weights, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        Require.Floats(this, op, "dMerged", dMerged, new Shape(b, left, c));
        Require.Disjoint(op, "dMerged", dMerged, "dTokens", dTokens);
        Require.Disjoint(op, "weights", weights, "dTokens", dTokens);
        if (dTokens.Count > 0) SumTokensBackwardCore(b, t, left, c, dMerged, weights, map, dTokens);
    }

    protected abstract void SumTokensCore(
        int b, int t, int left, int c, in Tensor tokens, in Tensor weights, in Tensor map, in Tensor merged);

    protected abstract void SumTokensBackwardCore(
        int b, int t, int left, int c, in Tensor dMerged, in Tensor weights, in Tensor map, in Tensor dTokens);
}
