using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>What a network makes of a whole test set.</summary>
/// <param name="result">With its logits.</param>
/// <param name="labels">Of the images.</param>
internal sealed class NetworkOutput(EvaluationResult result, ReadOnlySpan<ushort> labels)
{
    private readonly int[] _classes = Classes(result);
    private readonly ushort[] _labels = [.. labels];

    public double Accuracy => (double)_classes.Where((c, i) => c == _labels[i]).Count() / _classes.Length;

    public double Loss => result.Loss;

    public int Images => result.Images;

    /// <summary>Whether each image is classified rightly: image i is bit i % 8 of byte i / 8, in base64.</summary>
    public string Correct()
    {
        byte[] bits = new byte[(_classes.Length + 7) / 8];
        for (int i = 0; i < _classes.Length; i++)
        {
            if (_classes[i] == _labels[i]) bits[i / 8] |= (byte)(1 << (i % 8));
        }

        return Convert.ToBase64String(bits);
    }

    /// <summary>Share of images that both put in different classes.</summary>
    public double Disagreement(NetworkOutput other) =>
        (double)_classes.Where((c, i) => c != other._classes[i]).Count() / _classes.Length;

    /// <summary>Mean over images of KL(this || other) = sum_k p_k log(p_k / q_k), in nats.</summary>
    public double Divergence(NetworkOutput other)
    {
        double sum = 0;
        for (int i = 0; i < Images; i++)
        {
            double[] p = LogSoftmax(i), q = other.LogSoftmax(i);
            for (int k = 0; k < p.Length; k++) sum += Math.Exp(p[k]) * (p[k] - q[k]);
        }

        return sum / Images;
    }

    /// <summary>
    /// Why a signal reference says nothing: it is worse than the network judged by more than two standard errors of the
    /// difference of two binomial shares. Null where it is good enough.
    /// </summary>
    public static string? Unfit(string reference, double accuracy, double judged, int images)
    {
        double error = Math.Sqrt(((accuracy * (1 - accuracy)) + (judged * (1 - judged))) / images);
        return judged - accuracy > 2 * error
            ? FormattableString.Invariant(
                $"{reference} is {100 * accuracy:F2} % accurate, the run {100 * judged:F2} %: ")
                + FormattableString.Invariant($"worse by more than two standard errors ({200 * error:F2} points)")
            : null;
    }

    private double[] LogSoftmax(int image)
    {
        var row = result.Logits.Span.Slice(image * result.Classes, result.Classes);
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float x in row) largest = Math.Max(largest, x);
        foreach (float x in row) sum += Math.Exp(x - largest);
        double shift = largest + Math.Log(sum);
        double[] values = new double[row.Length];
        for (int k = 0; k < values.Length; k++) values[k] = row[k] - shift;
        return values;
    }

    private static int[] Classes(EvaluationResult result)
    {
        int[] classes = new int[result.Images];
        for (int i = 0; i < classes.Length; i++)
        {
            var row = result.Logits.Span.Slice(i * result.Classes, result.Classes);
            for (int k = 1; k < row.Length; k++)
            {
                if (row[k] > row[classes[i]]) classes[i] = k;
            }
        }

        return classes;
    }
}
