using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Keeps the <paramref name="keep"/> tokens of highest score in their order and sends all others to one group
    /// behind them: map[b, n] is the position of token n, weights[b, n] is 1 for a kept token and its score for a
    /// fused one. With <paramref name="protectFirst"/>, token 0 stays too, uncounted. Ties go to the lower index; a
    /// NaN score ranks below all others. scores, weights [B, T]; map int32 [B, T].
    /// </summary>
    /// <exception cref="ArgumentException">
    /// keep outside [0, T - protected - 1], or shapes that do not fit, or overlap.
    /// </exception>
    public void SelectTokens(in Tensor scores, int keep, bool protectFirst, in Tensor map, in Tensor weights)
    {
        const string op = "SelectTokens";
        Require.Rank(this, op, "scores", scores, 2);
        int b = scores.Shape[0], t = scores.Shape[1], most = t - (protectFirst ? 1 : 0) - 1;
        if (keep < 0 || keep > most) throw new ArgumentException($"{op}: keep is {keep}; allowed 0 to {most} of {t} tokens");
        Require.Indices(this, op, "map", map, scores.Shape);
        Require.Floats(this, op, "weights", weights, scores.Shape);
        Require.Disjoint(op, "scores", scores, "weights", weights);
        if (scores.Count > 0) SelectTokensCore(b, t, scores, keep, protectFirst, map, weights);
    }

    protected abstract void SelectTokensCore(
        int b, int t, in Tensor scores, int keep, bool protectFirst, in Tensor map, in Tensor weights);
}
