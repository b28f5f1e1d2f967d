namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Shares of (image, token), by w_n, with |h_j| above a limit: 1 % of the layer's mean |h| for
/// <see cref="Active"/>, a limit per unit for <see cref="OverRange"/>.
/// </summary>
/// <param name="rates">r_j, [H], of which the layer's mean is taken.</param>
/// <param name="ceilings">The 99.9th percentile of |h_j^0|, [H]; null without an aligned reference.</param>
internal sealed class ActivityShares(double[] rates, float[]? ceilings)
{
    private readonly float[] _floor = Floor(rates);
    private readonly float[] _image = new float[rates.Length];
    private int _images;

    /// <summary>[H].</summary>
    public double[] Active { get; } = new double[rates.Length];

    /// <summary>o_j, [H]; null without ceilings.</summary>
    public double[]? OverRange { get; } = ceilings is null ? null : new double[rates.Length];

    public void Add(in SiteView view)
    {
        for (int b = 0; b < view.Batch; b++)
        {
            AddImage(view, b, _floor, Active);
            if (OverRange is not null) AddImage(view, b, ceilings!, OverRange);
        }

        _images += view.Batch;
    }

    public void Finish()
    {
        for (int j = 0; j < Active.Length; j++)
        {
            Active[j] /= _images;
            if (OverRange is not null) OverRange[j] /= _images;
        }
    }

    private void AddImage(in SiteView view, int image, float[] limits, double[] shares)
    {
        double total = view.TotalSize(image);
        for (int n = 0; n < view.Tokens; n++)
        {
            float size = view.Size(image, n);
            if (size > 0) ActivityMath.CountAbove(view.Row(image, n), (float)(size / total), limits, _image);
        }

        ActivityMath.Drain(_image, shares);
    }

    private static float[] Floor(double[] rates)
    {
        float[] floor = new float[rates.Length];
        Array.Fill(floor, (float)(0.01 * rates.Average()));
        return floor;
    }
}
