namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>Tokens, groups and means that <c>PreserveNorms</c> works on; what both directions need of one image.</summary>
internal unsafe struct NormGroups
{
    public int Tokens, Left, Channels;
    public float* Source, Sizes, Totals, Mean;
    public double* Scratch;
    public int* Map;

    /// <summary>Share of token n of an image in its group m; 0 for dropped tokens and for padding.</summary>
    public readonly float Weight(int image, int n, out int m)
    {
        m = Map[((long)image * Tokens) + n];
        if (m < 0) return 0;
        float size = Sizes == null ? 1 : Sizes[((long)image * Tokens) + n];
        return size == 0 ? 0 : size / Totals[((long)image * Left) + m];
    }

    public readonly float* Token(int image, int n) => Source + ((((long)image * Tokens) + n) * Channels);

    public readonly float* MeanOf(int image, int m) => Mean + ((((long)image * Left) + m) * Channels);

    /// <summary>
    /// Mean norm of each group over the norm of its mean, in the worker's scratch; 1 where that norm is 0. Doubles, so that
    /// it is exactly 1 for a token alone.
    /// </summary>
    public readonly double* Scales(int image, int worker)
    {
        double* scales = Scratch + ((long)worker * Left);
        new Span<double>(scales, Left).Clear();
        for (int n = 0; n < Tokens; n++)
        {
            float weight = Weight(image, n, out int m);
            if (weight != 0) scales[m] += weight * Norm(Token(image, n));
        }

        for (int m = 0; m < Left; m++)
        {
            double norm = Norm(MeanOf(image, m));
            scales[m] = norm == 0 ? 1 : scales[m] / norm;
        }

        return scales;
    }

    public readonly double Norm(float* row)
    {
        double squares = 0;
        for (int j = 0; j < Channels; j++) squares += (double)row[j] * row[j];
        return Math.Sqrt(squares);
    }
}
