namespace NeuralBurden.Vit.Burden;

/// <summary>
/// What reaches the units of one matrix. Per surviving synapse: u_j = (sum_i m_ji |W_ji| E|x_i|) / (sum_i m_ji). As
/// currents: exc_j = E sum_i max(W_ji m_ji x_i, 0), inh_j = E sum_i max(-W_ji m_ji x_i, 0), rho_j = exc_j / inh_j.
/// </summary>
internal sealed class SynapseLoads
{
    private readonly int[] _kept;

    /// <param name="weights">Effective weights, [units, inputs]; a zero is no synapse.</param>
    /// <param name="positive">E max(x_i, 0), [inputs].</param>
    /// <param name="negative">E max(-x_i, 0), [inputs].</param>
    public SynapseLoads(ReadOnlySpan<float> weights, double[] positive, double[] negative)
    {
        int inputs = positive.Length, units = weights.Length / inputs;
        (Load, Balance, _kept) = (new double[units], new double[units], new int[units]);
        for (int j = 0; j < units; j++)
        {
            var row = weights.Slice(j * inputs, inputs);
            double excitation = 0, inhibition = 0;
            for (int i = 0; i < inputs; i++)
            {
                double w = row[i];
                if (w == 0) continue;
                _kept[j]++;
                excitation += w > 0 ? w * positive[i] : -w * negative[i];
                inhibition += w > 0 ? w * negative[i] : -w * positive[i];
            }

            // |w| E|x| is what the two currents sum to.
            if (_kept[j] > 0) Load[j] = (excitation + inhibition) / _kept[j];
            Balance[j] = excitation / inhibition;
        }
    }

    /// <summary>u_j, [units]; 0 for a unit without synapses.</summary>
    public double[] Load { get; }

    /// <summary>rho_j, [units]; NaN or infinite where a current is missing.</summary>
    public double[] Balance { get; }

    public bool IsAlive(int unit) => _kept[unit] > 0;
}
