namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Burden per surviving synapse of the units of one matrix: u_j = (sum_i |W_ji| E|x_i|) / (number of kept W_ji), with W
/// the effective weights.
/// </summary>
internal sealed class SynapseLoads
{
    private readonly int[] _kept;

    /// <param name="weights">Effective weights, [units, inputs].</param>
    /// <param name="inputMagnitude">E|x_i|, [inputs].</param>
    public SynapseLoads(ReadOnlySpan<float> weights, double[] inputMagnitude)
    {
        int inputs = inputMagnitude.Length, units = weights.Length / inputs;
        Load = new double[units];
        _kept = new int[units];
        for (int j = 0; j < units; j++)
        {
            for (int i = 0; i < inputs; i++)
            {
                float w = weights[(j * inputs) + i];
                if (w == 0) continue;
                _kept[j]++;
                Load[j] += Math.Abs(w) * inputMagnitude[i];
            }

            if (_kept[j] > 0) Load[j] /= _kept[j];
        }
    }

    /// <summary>u_j, [units]; 0 for a unit without synapses.</summary>
    public double[] Load { get; }

    public bool IsAlive(int unit) => _kept[unit] > 0;
}
