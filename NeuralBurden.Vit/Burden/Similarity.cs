using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Linear centred kernel alignment of two sets of units seen on the same images (arXiv 1905.00414):
/// |A^T B|_F^2 / (|A^T A|_F |B^T B|_F) with A [P, H], B [P, H'] centred over images. In [0, 1]; unchanged by a rotation
/// or a permutation of the units and by a scale, so units need no alignment.
/// </summary>
internal static class Similarity
{
    /// <returns>Null where one side does not vary over images.</returns>
    public static double? Of(IReadOnlyList<float[]> a, IReadOnlyList<float[]> b)
    {
        // [H, P]: units are rows, so that every product is a dot product of two rows.
        float[][] x = Centred(a), y = Centred(b);
        double scale = Math.Sqrt(SquaredProduct(x, x)) * Math.Sqrt(SquaredProduct(y, y));
        return scale > 0 ? Math.Clamp(SquaredProduct(x, y) / scale, 0, 1) : null;
    }

    private static float[][] Centred(IReadOnlyList<float[]> rows)
    {
        int images = rows.Count, units = rows[0].Length;
        float[][] columns = new float[units][];
        for (int j = 0; j < units; j++)
        {
            double mean = 0;
            foreach (float[] row in rows) mean += row[j];
            mean /= images;
            columns[j] = new float[images];
            for (int p = 0; p < images; p++) columns[j][p] = (float)(rows[p][j] - mean);
        }

        return columns;
    }

    private static double SquaredProduct(float[][] x, float[][] y)
    {
        double sum = 0;
        foreach (float[] left in x)
        {
            foreach (float[] right in y)
            {
                double dot = Dot(left, right);
                sum += dot * dot;
            }
        }

        return sum;
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector<float>>(right);
        var lanes = Vector<float>.Zero;
        for (int i = 0; i < a.Length; i++) lanes += a[i] * b[i];
        float sum = Vector.Sum(lanes);
        for (int i = a.Length * Vector<float>.Count; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }
}
