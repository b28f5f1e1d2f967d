using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.MatchByEnergy;

/// <summary>
/// Energy-guided matching (arXiv 2405.16148) as a map from tokens to the tokens that remain. Over the unprotected
/// tokens, energy_i = mean_j ELU(cos_ij - margin), ELU(x) = x above 0, else e^x - 1; high energy means many close
/// neighbours. The 2r tokens of highest energy may merge: ranked by energy, even ranks form A and odd ranks B; each
/// a joins its most similar b. All other tokens keep their order: map[b, n] in [0, T - r).
/// metric [B, T, D]; map int32 [B, T]. The first <paramref name="Protected"/> tokens neither merge nor count as
/// neighbours. Ties go to the lower index, among partners to the higher energy. A token of zero norm has cosine 0 to
/// all; a cosine that is not finite counts as -1.
/// </summary>
/// <exception cref="ArgumentException">
/// r outside [0, <see cref="MatchRule.MaximalMerges"/>], or shapes that do not fit.
/// </exception>
public readonly record struct MatchByEnergyArguments(
    Tensor Metric, int R, float Margin, int Protected, Tensor Map)
{
    internal (int B, int T, int D) Extents => (Metric.Shape[0], Metric.Shape[1], Metric.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Metric, 3);
        var (b, t, d) = Extents;
        require.That(Protected >= 0 && Protected <= t, "'Protected' is more than there are tokens");
        int most = MatchRule.MaximalMerges(t, Protected);
        if (R < 0 || R > most) throw new ArgumentException($"MatchByEnergy: R is {R}; allowed 0 to {most} for {t} tokens");
        require.Indices(Map, new Shape(b, t));
        return Map.Count > 0;
    }
}
