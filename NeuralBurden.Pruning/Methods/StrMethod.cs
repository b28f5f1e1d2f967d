using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// Soft threshold reparameterisation (arXiv 2002.03231): W_eff = sign(W) relu(|W| - sigmoid(s)), one learned
/// s per tensor. dL/dW = g 1[|W| &gt; sigmoid(s)], dL/ds = -sigmoid'(s) sum g sign(W) 1[|W| &gt; sigmoid(s)];
/// weight decay draws the negative s to 0 and so raises the threshold.
/// </summary>
/// <param name="schedule">Sparsity that the decay follows.</param>
/// <param name="window">At its stop the mask is settled and the soft threshold is folded into W.</param>
/// <param name="initial">s before training.</param>
/// <param name="rate">Learning rate of s.</param>
/// <param name="decay">Weight decay of s, per unit of rate; acts while the mask is too dense.</param>
public sealed class StrMethod(
    SparsitySchedule schedule, PruningWindow window, double initial, double rate, double decay)
    : LearnedMaskMethod(schedule, window)
{
    private float[] _s = [];

    // What the relu lets through is set by Learn; on a weight under the threshold decay acts all the same.
    protected override Persistence LearningPersistence => Persistence.Dense;

    public override GradientNeed GradientNeed(long step) => Pruning.State.GradientNeed.Masked;

    public override void WriteEffective()
    {
        if (IsSettled)
        {
            base.WriteEffective();
            return;
        }

        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            var tensor = Context.Tensors[t];
            Shrink(tensor, Sigmoid(_s[t]), tensor.Edit(TensorPart.Effective));
            tensor.Commit(TensorPart.Effective);
        }
    }

    protected override void OnAttach()
    {
        base.OnAttach();
        _s = new float[Context.Tensors.Count];
        _s.AsSpan().Fill((float)initial);
    }

    protected override Span<float> Learned(int t) => _s.AsSpan(t, 1);

    protected override void Margins(int t, PrunableTensor tensor, long step, Span<float> margins)
    {
        float threshold = Sigmoid(_s[t]);
        var weights = tensor.Weights;
        for (int i = 0; i < margins.Length; i++) margins[i] = MathF.Abs(weights[i]) - threshold;
    }

    protected override void Learn(int t, PrunableTensor tensor, bool tooDense)
    {
        var weights = tensor.Weights;
        var gradient = tensor.Gradient;
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            if (MaskWords.Get(tensor.Mask.Words, i)) sum += (double)gradient[i] * MathF.Sign(weights[i]);
        float sigmoid = Sigmoid(_s[t]);
        double slope = -sigmoid * (1 - sigmoid) * sum;
        double pull = tooDense ? decay * _s[t] : 0;
        _s[t] = (float)(_s[t] - rate * (slope + pull));
        tensor.TransformGradient(0, 0);
    }

    protected override void Settle(int t, PrunableTensor tensor)
    {
        Shrink(tensor, Sigmoid(_s[t]), tensor.Edit(TensorPart.Weights));
        tensor.Commit(TensorPart.Weights);
    }

    private static void Shrink(PrunableTensor tensor, float threshold, Span<float> destination)
    {
        var weights = tensor.Weights;
        for (int i = 0; i < weights.Length; i++)
        {
            float w = weights[i];
            bool kept = MaskWords.Get(tensor.Mask.Words, i);
            destination[i] = kept ? MathF.CopySign(MathF.Max(MathF.Abs(w) - threshold, 0f), w) : 0f;
        }
    }

    private static float Sigmoid(float x) => 1f / (1f + MathF.Exp(-x));
}
