namespace NeuralBurden.Vit.Burden;

/// <summary>An orthonormal basis of the space that decoders span: Gram-Schmidt, the largest remainder first.</summary>
internal sealed class DecoderSpan
{
    // A remainder below this share of the largest decoder is rounding.
    private const double Tolerance = 1e-6;

    private readonly List<double[]> _basis = [];

    /// <param name="decoders">D_j in row j, [units, channels].</param>
    /// <param name="channels">Length of a decoder.</param>
    public DecoderSpan(ReadOnlySpan<double> decoders, int channels)
    {
        int units = decoders.Length / channels;
        double[] rest = new double[decoders.Length];
        double[] norms = new double[units];
        for (int i = 0; i < rest.Length; i++)
        {
            rest[i] = decoders[i];
            norms[i / channels] += rest[i] * rest[i];
        }

        double floor = units == 0 ? 0 : Tolerance * Tolerance * norms.Max();
        while (_basis.Count < Math.Min(units, channels))
        {
            int pivot = Array.IndexOf(norms, norms.Max());
            if (!(norms[pivot] > floor)) break;
            double[] direction = rest[(pivot * channels)..((pivot + 1) * channels)];
            double norm = Math.Sqrt(direction.Sum(x => x * x));
            for (int c = 0; c < channels; c++) direction[c] /= norm;
            _basis.Add(direction);
            for (int j = 0; j < units; j++)
            {
                var row = rest.AsSpan(j * channels, channels);
                Remove(direction, row);
                double left = 0;
                foreach (double x in row) left += x * x;
                norms[j] = j == pivot ? 0 : left;
            }
        }

        Rank = _basis.Count;
        IsEverything = Rank == channels;
    }

    public int Rank { get; }

    /// <summary>Whether every signal lies in the span.</summary>
    public bool IsEverything { get; }

    /// <summary>|x|^2 of the part of x outside the span.</summary>
    public double SquaredRest(ReadOnlySpan<double> x)
    {
        if (IsEverything) return 0;
        double[] rest = [.. x];
        foreach (double[] direction in _basis) Remove(direction, rest);
        return rest.Sum(v => v * v);
    }

    private static void Remove(double[] direction, Span<double> x)
    {
        double dot = 0;
        for (int c = 0; c < direction.Length; c++) dot += direction[c] * x[c];
        for (int c = 0; c < direction.Length; c++) x[c] -= dot * direction[c];
    }
}
