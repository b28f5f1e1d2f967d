namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Sums over the probe images of what the units of one site do, in double precision. A token's units are given as rates
/// |h| and contributions |D_j h| (of a head the norms of its output and of what the projection makes of it).
/// </summary>
internal sealed class SiteTally(int units)
{
    private readonly double[] _active = new double[units];

    /// <summary>sum of w |h|, [H].</summary>
    public double[] Rate { get; } = new double[units];

    /// <summary>sum of w h^2, [H].</summary>
    public double[] Energy { get; } = new double[units];

    /// <summary>sum of w times the contribution, [H].</summary>
    public double[] Contribution { get; } = new double[units];

    /// <summary>sum of the contribution, every token counted once, [H].</summary>
    public double[] ImageContribution { get; } = new double[units];

    /// <summary>Tokens per image; the most of any batch.</summary>
    public int Tokens { get; private set; }

    /// <param name="rates">[H] of one token.</param>
    /// <param name="contributions">[H] of one token.</param>
    /// <param name="weight">w.</param>
    public void Add(ReadOnlySpan<double> rates, ReadOnlySpan<double> contributions, double weight)
    {
        for (int j = 0; j < rates.Length; j++)
        {
            double r = rates[j], c = contributions[j];
            Rate[j] += weight * r;
            Energy[j] += weight * r * r;
            Contribution[j] += weight * c;
            ImageContribution[j] += c;
        }
    }

    public void SawTokens(int tokens) => Tokens = Math.Max(Tokens, tokens);

    /// <summary>Adds w to the share of every unit whose rate is above a floor.</summary>
    public void CountActive(ReadOnlySpan<double> rates, double weight, double floor)
    {
        for (int j = 0; j < rates.Length; j++)
        {
            if (rates[j] > floor) _active[j] += weight;
        }
    }

    /// <summary>Share of samples counted as active, [H].</summary>
    public double[] Active(int images) => [.. _active.Select(a => a / images)];

    /// <summary>Means over the images.</summary>
    /// <param name="rms">Of the residual stream at the block's input.</param>
    /// <param name="wiring">The weights around the units.</param>
    /// <param name="inputs">E|x_i| of the inputs, [C].</param>
    public SiteLoads Finish(int images, double rms, UnitWiring wiring, double[] inputs) => new()
    {
        Tokens = Tokens,
        Alive = wiring.Alive,
        Rate = [.. Rate.Select(r => r / images)],
        Energy = [.. Energy.Select(e => e / images)],
        Kappa = [.. Contribution.Select(c => c / images / rms)],
        ImageKappa = [.. ImageContribution.Select(c => c / images / rms)],
        SynapseLoad = wiring.SynapseLoads(inputs),
        FanOut = wiring.FanOut,
    };
}
