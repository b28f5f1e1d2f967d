namespace NeuralBurden.Bench.Growth;

/// <summary>y = a x^b by least squares of the logarithms.</summary>
internal static class PowerFit
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>b.</summary>
    public static double Exponent(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double[] u = [.. x.Select(a => Math.Log(a))], v = [.. y.Select(a => Math.Log(a))];
        double mean = u.Average(), height = v.Average();
        double slope = u.Zip(v, (a, b) => (a - mean) * (b - height)).Sum();
        return slope / u.Sum(a => (a - mean) * (a - mean));
    }

    /// <summary>A bar for each value, as high as its logarithm between the least and the greatest.</summary>
    public static string Plot(IReadOnlyList<double> y)
    {
        double low = Math.Log(y.Min()), range = Math.Max(1e-9, Math.Log(y.Max()) - low);
        return string.Concat(y.Select(v => Bars[(int)Math.Round((Math.Log(v) - low) / range * (Bars.Length - 1))]));
    }
}
