namespace NeuralBurden.Compute.Ops.Gelu;

/// <summary>
/// gelu(x) = x Phi(x) = x (1 + erf(x / sqrt 2)) / 2 and gelu'(x) = Phi(x) + x phi(x) (arXiv 1606.08415, exact form),
/// in double precision to about 1e-15.
/// </summary>
internal static class GeluFunction
{
    public static double Value(double x) => x * NormalCdf(x);

    public static double Derivative(double x)
    {
        if (double.IsInfinity(x)) return x > 0 ? 1 : 0;
        return NormalCdf(x) + (x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>Phi(x): the series of erf near 0, the continued fraction of erfc (Lentz, backward) away from it.</summary>
    public static double NormalCdf(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        double z = Math.Abs(x) / Math.Sqrt(2);
        if (z > 27) return x > 0 ? 1 : 0;
        double erfc;
        if (z < 2.5)
        {
            double sum = z, term = z;
            for (int n = 1; n < 200 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
            {
                term *= -z * z / n;
                sum += term / ((2 * n) + 1);
            }

            erfc = 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }
        else
        {
            double fraction = 0;
            for (int n = 80; n >= 1; n--) fraction = n / 2.0 / (z + fraction);
            erfc = Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
        }

        return x > 0 ? 1 - (erfc / 2) : erfc / 2;
    }
}
