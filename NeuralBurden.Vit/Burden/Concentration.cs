namespace NeuralBurden.Vit.Burden;

/// <summary>How unevenly units share a layer's work. Values are contributions c_j of at least 0.</summary>
public static class Concentration
{
    /// <summary>
    /// (sum c)^2 / (n sum c^2) over n values: 1 where all are equal, 1 / n where one carries everything; null where all
    /// are 0 or there are none.
    /// </summary>
    public static double? Participation(IReadOnlyCollection<double> values)
    {
        double sum = 0, squares = 0;
        foreach (double c in values)
        {
            sum += c;
            squares += c * c;
        }

        return squares > 0 ? sum * sum / (values.Count * squares) : null;
    }

    /// <summary>
    /// The Gini coefficient sum_ij |c_i - c_j| / (2 n^2 mean c): 0 where all are equal, 1 - 1 / n where one carries
    /// everything; null where all are 0 or there are none.
    /// </summary>
    public static double? Gini(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        double sum = 0, ranked = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            sum += sorted[i];
            ranked += (i + 1) * sorted[i];
        }

        if (!(sum > 0)) return null;
        double n = sorted.Length;
        return Math.Max(0, (2 * ranked / (n * sum)) - ((n + 1) / n));
    }
}
