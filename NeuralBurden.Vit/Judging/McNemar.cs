using MathNet.Numerics.Distributions;

namespace NeuralBurden.Vit.Judging;

/// <summary>
/// McNemar's test that two models are right equally often, from the images that one alone has right: under that hypothesis
/// their number of one model is binomial with n = a + b and 1/2.
/// </summary>
public static class McNemar
{
    /// <summary>The exact p, two-sided: min(1, 2 P(X &lt;= min(a, b))).</summary>
    /// <param name="onlyA">Images that the first model alone has right.</param>
    /// <param name="onlyB">Likewise of the second.</param>
    public static double ExactP(int onlyA, int onlyB) => Math.Min(1, 2 * Lower(onlyA, onlyB).Sum);

    /// <summary>
    /// The mid-p: 2 P(X &lt;= min(a, b)) - P(X = min(a, b)); less conservative, its error near the level that is asked
    /// for (Fagerland, Lydersen and Laake 2013, doi 10.1186/1471-2288-13-91).
    /// </summary>
    /// <param name="onlyA">Images that the first model alone has right.</param>
    /// <param name="onlyB">Likewise of the second.</param>
    public static double MidP(int onlyA, int onlyB)
    {
        var (sum, last) = Lower(onlyA, onlyB);
        return Math.Min(1, (2 * sum) - last);
    }

    private static (double Sum, double Last) Lower(int onlyA, int onlyB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyA);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyB);
        var (n, least) = (onlyA + onlyB, Math.Min(onlyA, onlyB));
        return n == 0 ? (1, 1) : (Binomial.CDF(0.5, n, least), Binomial.PMF(0.5, n, least));
    }
}
