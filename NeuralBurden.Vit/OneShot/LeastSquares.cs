namespace NeuralBurden.Vit.OneShot;

/// <summary>
/// The reconstruction of SparseGPT (arXiv 2301.00774): prunes a matrix W [out, in] so that ||X W^T - X W'^T|| stays small
/// over inputs X with H = X^T X + damp. With U the upper Cholesky factor of H^-1, columns are visited in order; where w_ij
/// goes, err = w_ij / U_jj is made up for in the columns to the right: W[i, k] -= err U_jk. Which go is decided for 128
/// columns at a time: those of least w_ij^2 / U_jj^2.
/// </summary>
internal static class LeastSquares
{
    private const int Columns = 128;

    // Share of the mean of H's diagonal that is added to it.
    private const double Damping = 0.01;

    /// <param name="weights">[rows, columns], pruned and adjusted in place.</param>
    /// <param name="gram">X^T X [columns, columns]; consumed.</param>
    /// <param name="pruned">Entries that go.</param>
    /// <param name="keep">[rows, columns], true on entry.</param>
    public static void Prune(float[] weights, double[] gram, int rows, int columns, long pruned, bool[] keep)
    {
        double[] upper = InverseFactor(gram, columns);
        double[] values = Array.ConvertAll(weights, w => (double)w);
        for (int first = 0; first < columns; first += Columns)
        {
            int count = Math.Min(Columns, columns - first);
            Choose(values, upper, rows, columns, first, count, pruned, keep);
            Parallel.For(0, rows, row => Compensate(values, upper, row, columns, first, count, keep));
        }

        for (int i = 0; i < weights.Length; i++) weights[i] = keep[i] ? (float)values[i] : 0;
    }

    private static void Choose(
        double[] values, double[] upper, int rows, int columns, int first, int count, long pruned, bool[] keep)
    {
        double[] scores = new double[rows * count];
        for (int i = 0; i < scores.Length; i++)
        {
            var (row, column) = (i / count, first + (i % count));
            double w = values[(row * columns) + column] / upper[(column * columns) + column];
            scores[i] = w * w;
        }

        bool[] kept = new bool[scores.Length];
        Array.Fill(kept, true);
        int go = RowSelection.Share(pruned, (long)rows * columns, (long)rows * first, scores.Length);
        RowSelection.Drop(scores, go, kept);
        for (int i = 0; i < kept.Length; i++) keep[(i / count * columns) + first + (i % count)] = kept[i];
    }

    private static void Compensate(double[] values, double[] upper, int row, int columns, int first, int count, bool[] keep)
    {
        var w = values.AsSpan(row * columns, columns);
        for (int j = first; j < first + count; j++)
        {
            if (keep[(row * columns) + j]) continue;
            var u = upper.AsSpan(j * columns, columns);
            double error = w[j] / u[j];
            w[j] = 0;
            for (int k = j + 1; k < columns; k++) w[k] -= error * u[k];
        }
    }

    /// <summary>U, upper triangular, with U^T U = (H + damp)^-1.</summary>
    private static double[] InverseFactor(double[] h, int n)
    {
        double mean = 0;
        for (int i = 0; i < n; i++) mean += h[(i * n) + i] / n;
        // Inputs that are never there leave H singular, and an H of zeros without scale.
        double damp = mean > 0 ? Damping * mean : 1;
        for (int i = 0; i < n; i++) h[(i * n) + i] += damp;
        double[] inverse = Inverse(Factor(h, n), n);
        double[] lower = Factor(inverse, n), upper = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++) upper[(j * n) + i] = lower[(i * n) + j];
        return upper;
    }

    /// <summary>L, lower triangular, with L L^T = a; only the lower half of a is read.</summary>
    private static double[] Factor(double[] a, int n)
    {
        double[] l = new double[n * n];
        for (int j = 0; j < n; j++)
        {
            var row = l.AsSpan(j * n, j);
            double sum = a[(j * n) + j];
            foreach (double v in row) sum -= v * v;
            double pivot = Math.Sqrt(Math.Max(sum, double.Epsilon));
            l[(j * n) + j] = pivot;
            int column = j;
            Parallel.For(j + 1, n, i =>
            {
                ReadOnlySpan<double> left = l.AsSpan(i * n, column), right = l.AsSpan(column * n, column);
                double dot = a[(i * n) + column];
                for (int k = 0; k < left.Length; k++) dot -= left[k] * right[k];
                l[(i * n) + column] = dot / pivot;
            });
        }

        return l;
    }

    /// <summary>(L L^T)^-1.</summary>
    private static double[] Inverse(double[] l, int n)
    {
        // Rows of R = L^-T, so that the inverse is R R^T: column c of L^-1 by forward substitution.
        double[] r = new double[n * n];
        Parallel.For(0, n, c =>
        {
            var x = r.AsSpan(c * n, n);
            x[c] = 1 / l[(c * n) + c];
            for (int i = c + 1; i < n; i++)
            {
                double sum = 0;
                for (int k = c; k < i; k++) sum -= l[(i * n) + k] * x[k];
                x[i] = sum / l[(i * n) + i];
            }
        });
        double[] inverse = new double[n * n];
        Parallel.For(0, n, i =>
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = i; k < n; k++) sum += r[(i * n) + k] * r[(j * n) + k];
                inverse[(i * n) + j] = inverse[(j * n) + i] = sum;
            }
        });
        return inverse;
    }
}
