namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Activity of one block's MLP over the probe images. Per image, tokens are weighted by w_n = size_n / sum of sizes.
/// </summary>
internal sealed class LayerLoads(int hidden, int inputs)
{
    /// <summary>r_j = mean over images of sum_n w_n |h_nj|, [hidden].</summary>
    public double[] Rate { get; } = new double[hidden];

    /// <summary>E|x_i| = mean over images of sum_n w_n |x_ni| of the inputs of fc1, [inputs].</summary>
    public double[] InputMagnitude { get; } = new double[inputs];

    public int Images { get; private set; }

    /// <param name="h">Hidden units after GELU, [B, T, hidden].</param>
    /// <param name="x">Inputs of fc1, [B, T, inputs].</param>
    /// <param name="sizes">[B, T], or empty for sizes of 1.</param>
    public void Add(ReadOnlySpan<float> h, ReadOnlySpan<float> x, ReadOnlySpan<float> sizes, int batch, int tokens)
    {
        for (int b = 0; b < batch; b++)
        {
            double total = 0;
            for (int n = 0; n < tokens; n++) total += sizes.IsEmpty ? 1 : sizes[(b * tokens) + n];
            for (int n = 0; n < tokens; n++)
            {
                int row = (b * tokens) + n;
                double weight = (sizes.IsEmpty ? 1 : sizes[row]) / total;
                Accumulate(Rate, h.Slice(row * hidden, hidden), weight);
                Accumulate(InputMagnitude, x.Slice(row * inputs, inputs), weight);
            }
        }

        Images += batch;
    }

    /// <summary>Ends accumulation: sums become means over images.</summary>
    public void Finish()
    {
        for (int j = 0; j < Rate.Length; j++) Rate[j] /= Images;
        for (int i = 0; i < InputMagnitude.Length; i++) InputMagnitude[i] /= Images;
    }

    private static void Accumulate(double[] sums, ReadOnlySpan<float> row, double weight)
    {
        for (int j = 0; j < row.Length; j++) sums[j] += weight * Math.Abs(row[j]);
    }
}
