using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// eps_opt, the recovery-boundary test: how near the block's output could come to the reference's if its hidden units
/// took the best rates they can, decoders, residual stream and bias being what they are. On a sample of tokens, with
/// e = s - s_hat and rates h, the target is t = e + sum_j D_j h_j over the units alive, so that r = h gives the error e
/// itself and the optimum is at most that.
/// </summary>
/// <remarks>
/// Both results are shares of the sample's own error sum w |e|^2; times eps they are on the scale of
/// <see cref="SignalError"/>, and the noise of the sample cancels where best and actual error are alike.
/// </remarks>
internal sealed class BestError(int channels, int hidden, int images, int seed)
{
    /// <summary>Where GELU(x) = x Phi(x) ends: its minimum is -0.16997.</summary>
    public const double LowestRate = -0.17;

    /// <summary>Most tokens of the sample.</summary>
    public const int MostTokens = 4096;

    private const int Iterations = 50;
    private const double ChangeThatEnds = 1e-3;

    // Relative to the mean squared decoder: makes the problem strictly convex and costs nothing that shows.
    private const double RelativeRidge = 1e-5;

    private readonly List<float> _errors = [];
    private readonly List<float> _rates = [];
    private readonly List<double> _weights = [];
    private int _image;

    /// <summary>Takes the same tokens of every image in every measurement.</summary>
    /// <param name="reference">s, [B * T, channels].</param>
    /// <param name="actual">s_hat, [B * T, channels].</param>
    /// <param name="view">Hidden units and sizes.</param>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual, in SiteView view)
    {
        int quota = Math.Clamp(MostTokens / images, 1, view.Tokens);
        int[] order = new int[view.Tokens];
        for (int b = 0; b < view.Batch; b++, _image++)
        {
            if (_image >= MostTokens) return;
            for (int n = 0; n < order.Length; n++) order[n] = n;
            for (int k = 0; k < quota; k++)
            {
                ulong draw = (ulong)((_image * quota) + k);
                int pick = k + Philox.Below(order.Length - k, (ulong)seed, RandomStream.Probe, 1, draw);
                (order[k], order[pick]) = (order[pick], order[k]);
                float size = view.Size(b, order[k]);
                if (!(size > 0)) continue;
                _weights.Add(size);
                _rates.AddRange(view.Row(b, order[k]));
                int at = ((b * view.Tokens) + order[k]) * channels;
                for (int c = 0; c < channels; c++) _errors.Add(reference[at + c] - actual[at + c]);
            }
        }
    }

    /// <summary>Best error and error outside the span, as shares of the actual error.</summary>
    /// <param name="device">Runs the products.</param>
    /// <param name="outgoing">The masked matrix that reads the units, [channels, hidden].</param>
    /// <param name="alive">Units whose rates may change.</param>
    public (double Best, double Span) Shares(Device device, ReadOnlySpan<float> outgoing, bool[] alive)
    {
        int[] units = [.. Enumerable.Range(0, hidden).Where(j => alive[j])];
        float[] decoders = new float[units.Length * channels];
        double squares = 0;
        for (int k = 0; k < units.Length; k++)
        {
            for (int c = 0; c < channels; c++)
            {
                float d = decoders[(k * channels) + c] = outgoing[(c * hidden) + units[k]];
                squares += d * d;
            }
        }

        int tokens = _weights.Count;
        float[] errors = [.. _errors], rates = new float[tokens * units.Length], targets = [.. _errors];
        for (int s = 0; s < tokens; s++)
        {
            for (int k = 0; k < units.Length; k++) rates[(s * units.Length) + k] = _rates[(s * hidden) + units[k]];
            AddSignal(decoders, rates.AsSpan(s * units.Length, units.Length), targets.AsSpan(s * channels, channels));
        }

        var span = new DecoderSpan([.. decoders.Select(d => (double)d)], channels);
        double ridge = RelativeRidge * squares / Math.Max(1, units.Length);
        new OptimalReadout(device, decoders, channels, ridge, LowestRate).Solve(
            targets, rates, Iterations, ChangeThatEnds);
        double actual = 0, best = 0, outside = 0;
        float[] rest = new float[channels];
        double[] exact = new double[channels];
        for (int s = 0; s < tokens; s++)
        {
            var error = errors.AsSpan(s * channels, channels);
            double own = 0, left = 0;
            targets.AsSpan(s * channels, channels).CopyTo(rest);
            AddSignal(decoders, rates.AsSpan(s * units.Length, units.Length), rest, -1);
            for (int c = 0; c < channels; c++)
            {
                exact[c] = error[c];
                own += exact[c] * exact[c];
                left += (double)rest[c] * rest[c];
            }

            actual += _weights[s] * own;
            // The actual rates are a solution as well: no token does worse.
            best += _weights[s] * Math.Min(own, left);
            outside += _weights[s] * Math.Min(own, span.SquaredRest(exact));
        }

        return actual > 0 ? (Math.Max(best, outside) / actual, outside / actual) : (0, 0);
    }

    private void AddSignal(float[] decoders, ReadOnlySpan<float> rates, Span<float> signal, float sign = 1)
    {
        for (int k = 0; k < rates.Length; k++)
            ActivityMath.AddScaled(decoders.AsSpan(k * channels, channels), sign * rates[k], signal);
    }
}
