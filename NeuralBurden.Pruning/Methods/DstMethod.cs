using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// Dynamic sparse training (arXiv 2005.06870): M = 1[|W_ij| &gt; t_i] with one learned threshold per output
/// unit. With x = |W_ij| - t_i and the long-tailed step derivative H(x) = 2 - 4|x| up to 0.4, 0.4 up to 1,
/// else 0: dL/dW = g M + g W H sign(W), dL/dt_i = -sum_j g W H - alpha exp(-t_i). A layer at 1 % density or
/// less gets t = 0.
/// </summary>
/// <param name="schedule">Sparsity that the penalty alpha follows.</param>
/// <param name="window">At its stop the mask is settled.</param>
/// <param name="rate">Learning rate of the thresholds.</param>
/// <param name="alpha">Strength of the penalty alpha sum exp(-t); acts while the mask is too dense.</param>
public sealed class DstMethod(SparsitySchedule schedule, PruningWindow window, double rate, double alpha)
    : LearnedMaskMethod(schedule, window)
{
    /// <summary>Density at or below which a layer's thresholds are reset.</summary>
    public const double CollapsedDensity = 0.01;

    private float[][] _thresholds = [];

    // The structural gradient below is the whole story: nothing is scaled after it.
    protected override Persistence LearningPersistence { get; } = new(1);

    protected override void OnAttach()
    {
        base.OnAttach();
        _thresholds = [.. Context.Tensors.Select(tensor => new float[tensor.Rows])];
    }

    protected override Span<float> Learned(int t) => _thresholds[t];

    protected override void Margins(int t, PrunableTensor tensor, long step, Span<float> margins)
    {
        var weights = tensor.Weights;
        for (int i = 0; i < margins.Length; i++)
            margins[i] = MathF.Abs(weights[i]) - _thresholds[t][i / tensor.Columns];
    }

    protected override void Learn(int t, PrunableTensor tensor, bool tooDense)
    {
        float[] thresholds = _thresholds[t];
        var weights = tensor.Weights;
        var gradient = tensor.Edit(TensorPart.Gradient);
        for (int row = 0; row < tensor.Rows; row++)
        {
            double sum = 0;
            float threshold = thresholds[row];
            for (int i = row * tensor.Columns; i < (row + 1) * tensor.Columns; i++)
            {
                var (w, g) = (weights[i], gradient[i]);
                float step = g * w * StepSlope(MathF.Abs(w) - threshold);
                sum += step;
                gradient[i] = (MaskWords.Get(tensor.Mask.Words, i) ? g : 0f) + step * MathF.Sign(w);
            }

            double push = tooDense ? alpha * Math.Exp(-threshold) : 0;
            thresholds[row] = (float)(threshold - rate * (-sum - push));
        }

        tensor.Commit(TensorPart.Gradient);
    }

    protected override void Repair(int t, PrunableTensor tensor)
    {
        if (tensor.Mask.Density > CollapsedDensity) return;
        Array.Clear(_thresholds[t]);
        tensor.Mask.Fill(true);
    }

    private static float StepSlope(float x)
    {
        float distance = MathF.Abs(x);
        return distance <= 0.4f ? 2f - 4f * distance : distance <= 1f ? 0.4f : 0f;
    }
}
