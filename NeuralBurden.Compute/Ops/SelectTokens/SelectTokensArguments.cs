using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SelectTokens;

/// <summary>
/// Keeps the <paramref name="Keep"/> tokens of highest score in their order and sends all others to one group
/// behind them: map[b, n] is the position of token n, weights[b, n] is 1 for a kept token and its score for a
/// fused one. The first <paramref name="Protected"/> tokens stay too, uncounted. Ties go to the lower index; a
/// NaN score ranks below all others. scores, weights [B, T]; map int32 [B, T].
/// </summary>
/// <exception cref="ArgumentException">
/// keep outside [0, T - protected - 1], or shapes that do not fit, or overlap.
/// </exception>
public readonly record struct SelectTokensArguments(
    Tensor Scores, int Keep, int Protected, Tensor Map, Tensor Weights)
{
    internal (int B, int T) Extents => (Scores.Shape[0], Scores.Shape[1]);

    internal bool Check(Require require)
    {
        require.Rank(Scores, 2);
        var (b, t) = Extents;
        require.That(Protected >= 0 && Protected < t, "'Protected' leaves no token");
        int most = t - Protected - 1;
        if (Keep < 0 || Keep > most)
            throw new ArgumentException($"SelectTokens: Keep is {Keep}; allowed 0 to {most} of {t} tokens");
        require.Indices(Map, Scores.Shape);
        require.Floats(Weights, Scores.Shape);
        require.Disjoint(Scores, Weights);
        return Scores.Count > 0;
    }
}
