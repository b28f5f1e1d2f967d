using MathNet.Numerics.LinearAlgebra;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Ridge regression with an intercept, y = mean y + (x - mean x) B, B = (X^T X + lambda I)^-1 X^T Y with X and Y centred. One
/// lambda for all outputs, by generalised cross-validation (Golub, Heath and Wahba, 1979): the least
/// n RSS / (n - 1 - tr H)^2 over lambda = 10^(k/4) times the mean eigenvalue of X^T X, k = -40 ... 16.
/// </summary>
internal sealed class RidgeMap
{
    public const int FirstPower = -40;
    public const int LastPower = 16;
    public const double PowersPerDecade = 4;

    // Directions of less than this share of the largest eigenvalue are rounding.
    private const double Rank = 1e-12;

    private readonly double[] _meanX;
    private readonly double[] _meanY;
    private readonly Matrix<double> _map;

    /// <param name="x">[n][p], n at least 2.</param>
    /// <param name="y">[n][q].</param>
    public RidgeMap(IReadOnlyList<double[]> x, IReadOnlyList<double[]> y)
    {
        (_meanX, _meanY) = (Mean(x), Mean(y));
        int n = x.Count;
        Matrix<double> xs = Centred(x, _meanX), ys = Centred(y, _meanY);
        var spectrum = xs.TransposeThisAndMultiply(xs).Evd(Symmetricity.Symmetric);
        double[] values = [.. spectrum.EigenValues.Select(v => v.Real)];
        double floor = Rank * values.Max(), mean = values.Average();
        var projected = spectrum.EigenVectors.TransposeThisAndMultiply(xs.TransposeThisAndMultiply(ys));
        // Null directions carry nothing: their rows are left out of every sum.
        bool[] counts = [.. values.Select(v => v > floor)];
        double[] explained = [.. values.Select((v, i) => counts[i] ? projected.Row(i).DotProduct(projected.Row(i)) / v : 0)];
        double rest = (ys - (xs * Map(0))).FrobeniusNorm() is var norm ? norm * norm : 0;
        double best = double.PositiveInfinity;
        Lambda = mean * Math.Pow(10, LastPower / PowersPerDecade);
        for (int k = FirstPower; k <= LastPower; k++)
        {
            double lambda = mean * Math.Pow(10, k / PowersPerDecade), left = n - 1, sum = rest;
            for (int i = 0; i < values.Length; i++)
            {
                if (!counts[i]) continue;
                double shrink = lambda / (values[i] + lambda);
                left -= 1 - shrink;
                sum += explained[i] * shrink * shrink;
            }

            double score = n * sum / (left * left);
            if (!(left > 0) || !(score < best)) continue;
            (best, Lambda) = (score, lambda);
        }

        _map = mean > 0 ? Map(Lambda) : Matrix<double>.Build.Dense(_meanX.Length, _meanY.Length);

        Matrix<double> Map(double lambda)
        {
            var scaled = projected.Clone();
            for (int i = 0; i < values.Length; i++)
                scaled.SetRow(i, projected.Row(i) * (counts[i] ? 1 / (values[i] + lambda) : 0));
            return spectrum.EigenVectors * scaled;
        }
    }

    public double Lambda { get; }

    /// <summary>y for one x.</summary>
    public double[] Apply(double[] x) => [.. _meanY.Zip(Turn([.. x.Zip(_meanX, (a, m) => a - m)]), (m, d) => m + d)];

    /// <summary>What a change of x does to y: dx B.</summary>
    /// <param name="dx">Some of the inputs.</param>
    /// <param name="first">Place of the first of them.</param>
    public double[] Turn(double[] dx, int first = 0)
    {
        double[] dy = new double[_meanY.Length];
        for (int i = 0; i < dx.Length; i++)
        {
            for (int k = 0; k < dy.Length; k++) dy[k] += dx[i] * _map[first + i, k];
        }

        return dy;
    }

    private static double[] Mean(IReadOnlyList<double[]> rows)
    {
        double[] mean = new double[rows[0].Length];
        foreach (double[] row in rows)
        {
            for (int i = 0; i < mean.Length; i++) mean[i] += row[i] / rows.Count;
        }

        return mean;
    }

    private static Matrix<double> Centred(IReadOnlyList<double[]> rows, double[] mean) =>
        Matrix<double>.Build.Dense(rows.Count, mean.Length, (i, j) => rows[i][j] - mean[j]);
}
