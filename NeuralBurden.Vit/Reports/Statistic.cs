namespace NeuralBurden.Vit.Reports;

/// <summary>A figure over the repeats of one experiment.</summary>
/// <param name="Spread">Sample standard deviation; 0 for a single repeat.</param>
public readonly record struct Statistic(double Mean, double Spread, double Min, double Max, int Count)
{
    /// <summary>The statistic of the finite values; null when there are none.</summary>
    public static Statistic? Of(IEnumerable<double?> values)
    {
        double[] finite = [.. values.OfType<double>().Where(double.IsFinite)];
        if (finite.Length == 0)
            return null;
        double mean = finite.Average();
        double squares = finite.Sum(v => (v - mean) * (v - mean));
        double spread = finite.Length == 1 ? 0 : Math.Sqrt(squares / (finite.Length - 1));
        return new Statistic(mean, spread, finite.Min(), finite.Max(), finite.Length);
    }
}
