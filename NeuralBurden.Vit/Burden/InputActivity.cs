namespace NeuralBurden.Vit.Burden;

/// <summary>
/// Activity of the inputs x_i of one matrix over the probe images: E max(x_i, 0) and E max(-x_i, 0), tokens weighted by
/// w_n, means over images.
/// </summary>
internal sealed class InputActivity(int inputs)
{
    private readonly float[] _positive = new float[inputs];
    private readonly float[] _negative = new float[inputs];
    private int _images;

    /// <summary>E max(x_i, 0), [inputs].</summary>
    public double[] Positive { get; } = new double[inputs];

    /// <summary>E max(-x_i, 0), [inputs].</summary>
    public double[] Negative { get; } = new double[inputs];

    public void Add(in SiteView view)
    {
        for (int b = 0; b < view.Batch; b++)
        {
            double total = view.TotalSize(b);
            for (int n = 0; n < view.Tokens; n++)
            {
                float size = view.Size(b, n);
                if (size > 0)
                    ActivityMath.AccumulateSigned(view.Row(b, n), (float)(size / total), _positive, _negative);
            }

            ActivityMath.Drain(_positive, Positive);
            ActivityMath.Drain(_negative, Negative);
        }

        _images += view.Batch;
    }

    public void Finish()
    {
        for (int i = 0; i < inputs; i++)
        {
            Positive[i] /= _images;
            Negative[i] /= _images;
        }
    }
}
