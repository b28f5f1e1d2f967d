namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Activity of the units of one site over the probe images: sums while images are added, means over images after
/// <see cref="Finish"/>. Sums are single precision within an image and double over images.
/// </summary>
/// <param name="units">H.</param>
/// <param name="classToken">Whether token 0 is a class token.</param>
/// <param name="perImage">Whether <see cref="ImageRates"/> are kept.</param>
internal sealed class UnitActivity(int units, bool classToken, bool perImage = false)
{
    private readonly float[] _rate = new float[units];
    private readonly float[] _load = new float[units];
    private readonly float[] _energy = new float[units];

    /// <summary>r_j = mean over images of sum_n w_n |h_nj|, [H].</summary>
    public double[] Rate { get; } = new double[units];

    /// <summary>R_j = mean over images of sum_n |h_nj|, padding left out, [H].</summary>
    public double[] ImageLoad { get; } = new double[units];

    /// <summary>e_j = mean over images of sum_n w_n h_nj^2, [H].</summary>
    public double[] Energy { get; } = new double[units];

    /// <summary>r_j over tokens other than the class token, their weights scaled to sum to 1, [H]; empty without one.</summary>
    public double[] PatchRate { get; } = new double[classToken ? units : 0];

    /// <summary>r_j at the class token, [H]; empty without one.</summary>
    public double[] ClassRate { get; } = new double[classToken ? units : 0];

    /// <summary>sum_n w_n |h_nj| of every image, [H] each.</summary>
    public List<float[]> ImageRates { get; } = [];

    public int Images { get; private set; }

    public void Add(in SiteView view)
    {
        for (int b = 0; b < view.Batch; b++)
        {
            double total = view.TotalSize(b);
            for (int n = 0; n < view.Tokens; n++)
            {
                float size = view.Size(b, n);
                if (size > 0) ActivityMath.Accumulate(view.Row(b, n), (float)(size / total), _rate, _load, _energy);
            }

            if (classToken) AddClass(view.Row(b, 0), view.Size(b, 0) / total);
            if (perImage) ImageRates.Add([.. _rate]);
            ActivityMath.Drain(_rate, Rate);
            ActivityMath.Drain(_load, ImageLoad);
            ActivityMath.Drain(_energy, Energy);
        }

        Images += view.Batch;
    }

    public void Finish()
    {
        foreach (double[] sums in (double[][])[Rate, ImageLoad, Energy, PatchRate, ClassRate])
        {
            for (int j = 0; j < sums.Length; j++) sums[j] /= Images;
        }
    }

    private void AddClass(ReadOnlySpan<float> row, double weight)
    {
        for (int j = 0; j < row.Length; j++)
        {
            double magnitude = Math.Abs(row[j]);
            ClassRate[j] += magnitude;
            if (weight < 1) PatchRate[j] += Math.Max(0, _rate[j] - (weight * magnitude)) / (1 - weight);
        }
    }
}
