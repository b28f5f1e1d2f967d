using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Energy-guided matching (arXiv 2405.16148) as a map from tokens to the tokens that remain. Over the unprotected
    /// tokens, energy_i = mean_j ELU(cos_ij - margin), ELU(x) = x above 0, else e^x - 1; high energy means many close
    /// neighbours. The 2r tokens of highest energy may merge: ranked by energy, even ranks form A and odd ranks B; each
    /// a joins its most similar b. All other tokens keep their order: map[b, n] in [0, T - r).
    /// metric [B, T, D]; map int32 [B, T]. With <paramref name="protectFirst"/>, token 0 neither merges nor counts as
    /// a neighbour. Ties go to the lower index, among partners to the higher energy. A token of zero norm has cosine 0 to
    /// all; a cosine that is not finite counts as -1.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// r outside [0, <see cref="MaximalMerges"/>], or shapes that do not fit.
    /// </exception>
    public void MatchByEnergy(in Tensor metric, int r, float margin, bool protectFirst, in Tensor map)
    {
        const string op = "MatchByEnergy";
        Require.Rank(this, op, "metric", metric, 3);
        int b = metric.Shape[0], t = metric.Shape[1], d = metric.Shape[2], most = MaximalMerges(t, protectFirst);
        if (r < 0 || r > most) throw new ArgumentException($"{op}: r is {r}; allowed 0 to {most} for {t} tokens");
        Require.Indices(this, op, "map", map, new Shape(b, t));
        if (map.Count > 0) MatchByEnergyCore(b, t, d, metric, r, margin, protectFirst, map);
    }

    protected abstract void MatchByEnergyCore(
        int b, int t, int d, in Tensor metric, int r, float margin, bool protectFirst, in Tensor map);
}
