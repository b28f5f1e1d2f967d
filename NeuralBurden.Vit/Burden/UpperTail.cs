namespace NeuralBurden.Vit.Burden;

/// <summary>
/// The 99.9th percentile of |h_j| per unit, exact, without keeping all samples: the largest few of each unit are.
/// </summary>
/// <param name="units">H.</param>
/// <param name="samples">At most this many samples are added.</param>
internal sealed class UpperTail(int units, long samples)
{
    private const double Percentile = 0.999;

    private readonly int _kept = Above(samples) + 1;
    private readonly float[] _largest = Filled(units * (Above(samples) + 1));
    private readonly float[] _least = Filled(units);
    private long _samples;

    public void Add(in SiteView view)
    {
        for (int b = 0; b < view.Batch; b++)
        {
            for (int n = 0; n < view.Tokens; n++)
            {
                if (!(view.Size(b, n) > 0)) continue;
                _samples++;
                var row = view.Row(b, n);
                for (int j = 0; j < row.Length; j++)
                {
                    float magnitude = MathF.Abs(row[j]);
                    if (magnitude > _least[j]) Insert(j, magnitude);
                }
            }
        }
    }

    /// <summary>The order statistic of rank ceil(0.999 n) of each unit, [H].</summary>
    public float[] Percentiles()
    {
        float[] limits = new float[units];
        int above = Above(_samples);
        for (int j = 0; j < units; j++)
        {
            var largest = _largest.AsSpan(j * _kept, _kept);
            largest.Sort();
            limits[j] = Math.Max(0, largest[_kept - 1 - above]);
        }

        return limits;
    }

    private static int Above(long samples) => (int)(samples - (long)Math.Ceiling(Percentile * samples));

    private static float[] Filled(int count)
    {
        float[] values = new float[count];
        Array.Fill(values, -1);
        return values;
    }

    private void Insert(int unit, float magnitude)
    {
        var largest = _largest.AsSpan(unit * _kept, _kept);
        int least = 0;
        for (int k = 1; k < _kept; k++)
        {
            if (largest[k] < largest[least]) least = k;
        }

        largest[least] = magnitude;
        float minimum = largest[0];
        foreach (float value in largest) minimum = MathF.Min(minimum, value);
        _least[unit] = minimum;
    }
}
