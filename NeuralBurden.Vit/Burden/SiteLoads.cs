namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The loads of the units of one site of one block in one network, means over the probe images; a token weighs
/// w_n = size_n / sum of sizes.
/// </summary>
internal sealed class SiteLoads
{
    /// <summary>Tokens that reach the site.</summary>
    public required int Tokens { get; init; }

    /// <summary>Units with a kept weight in and one out, [H].</summary>
    public required bool[] Alive { get; init; }

    /// <summary>r: E sum_n w_n |h_n|, of a head E sum_n w_n |a_n| with the norm of its output, [H].</summary>
    public required double[] Rate { get; init; }

    /// <summary>e: E sum_n w_n h_n^2, of a head of its squared norm, [H].</summary>
    public required double[] Energy { get; init; }

    /// <summary>kappa: c / rms of the residual stream at the block's input, [H].</summary>
    public required double[] Kappa { get; init; }

    /// <summary>kappa summed over tokens in place of weighted by w: per image, [H].</summary>
    public required double[] ImageKappa { get; init; }

    /// <summary>
    /// u: what a kept synapse brings on average, sum_i m |W| E|x_i| / sum_i m; of a head over its q, k, v rows, [H].
    /// </summary>
    public required double[] SynapseLoad { get; init; }

    /// <summary>Kept weights out, [H].</summary>
    public required int[] FanOut { get; init; }

    /// <summary>Share of images and tokens, by w, with |h| above 1 % of the mean rate of the units alive, [H].</summary>
    public double[] Active { get; set; } = [];

    public int AliveCount => Alive.Count(a => a);

    /// <summary>Quantile of a figure over the units alive, linear between order statistics; null where none is alive.</summary>
    public double? Quantile(double[] figures, double q)
    {
        double[] sorted = [.. figures.Where((_, j) => Alive[j]).Order()];
        return sorted.Length == 0 ? null : UnitStatistics.Quantile(sorted, q);
    }

    /// <summary>Mean of a figure over the units alive; null where none is alive.</summary>
    public double? Mean(double[] figures)
    {
        int alive = AliveCount;
        return alive == 0 ? null : figures.Where((_, j) => Alive[j]).Sum() / alive;
    }

    /// <summary>Share of the units alive whose q = r / mean r of the units alive passes a test.</summary>
    public double? RelativeShare(Func<double, bool> holds) =>
        Mean(Rate) is > 0 and var mean ? Mean([.. Rate.Select(r => holds(r / mean) ? 1.0 : 0)]) : null;
}
