using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// Elements of C = op(A) op(B), summed in double on the host: the oracle of products so large that the reference device
/// would take minutes. The corners, and others drawn evenly; every tile of a 4096 x 4096 result is met once in the mean.
/// </summary>
internal sealed class SampledProduct
{
    private const int Drawn = 4096;
    private const int Seed = 5;

    private readonly long[] _places;
    private readonly float[] _expected;

    /// <param name="form">How A and B lie.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="a">[m, k], or [k, m] where transposed.</param>
    /// <param name="b">[k, n], or [n, k] where transposed.</param>
    public SampledProduct(GemmForm form, int m, int n, int k, float[] a, float[] b)
    {
        long count = (long)m * n;
        long[] corners = [0, n - 1, count - n, count - 1];
        _places = count <= Drawn
            ? [.. Enumerable.Range(0, (int)count).Select(i => (long)i)]
            : [.. corners, .. Enumerable.Range(0, Drawn).Select(i => Place(i, m, n))];
        bool transposeA = form is GemmForm.TN or GemmForm.TT, transposeB = form is GemmForm.NT or GemmForm.TT;
        _expected = new float[_places.Length];
        Parallel.For(0, _places.Length, i =>
        {
            int row = (int)(_places[i] / n), column = (int)(_places[i] % n);
            double sum = 0;
            for (int p = 0; p < k; p++)
            {
                float x = transposeA ? a[((long)p * m) + row] : a[((long)row * k) + p];
                float y = transposeB ? b[((long)column * k) + p] : b[((long)p * n) + column];
                sum += (double)x * y;
            }

            _expected[i] = (float)sum;
        });
    }

    /// <summary>Null where the elements of <paramref name="c"/> [m, n] agree, else the first differences.</summary>
    public string? Compare(Tolerance tolerance, float[] c) =>
        tolerance.Compare(_expected, Array.ConvertAll(_places, place => c[place]));

    private static long Place(int i, int m, int n) =>
        ((long)Philox.Below(m, Seed, 0, 0, (ulong)i) * n) + Philox.Below(n, Seed, 1, 0, (ulong)i);
}
