using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// Soft movement pruning (arXiv 2005.07683): M = 1[sigmoid(S) &gt; tau_t] with learned scores S from 0 and a threshold
/// that is 0 until the schedule starts and rises to tau with it, so that all is kept while scores are first gathered;
/// straight-through: S &lt;- S - rate (g W / rms(g W) + penalty sigmoid'(S)); weights follow g M, so pruned
/// ones rest. The reference trains S by Adam; dividing by the root mean square over the tensor is the part of
/// it that matters here, as without it the penalty, equal for all, outruns the differences between scores and
/// takes every weight at once.
/// </summary>
/// <param name="schedule">Sparsity that the penalty follows; tau_t is as far on its way to tau.</param>
/// <param name="window">At its stop the mask is settled.</param>
/// <param name="rate">Learning rate of the scores.</param>
/// <param name="penalty">Strength of the L1 penalty on sigmoid(S); acts while the mask is too dense.</param>
/// <param name="tau">Final threshold in (0, 1).</param>
public sealed class SoftMovementMethod(
    SparsitySchedule schedule, PruningWindow window, double rate, double penalty, double tau)
    : LearnedMaskMethod(schedule, window)
{
    private readonly SparsitySchedule _schedule = schedule;
    private float[] _scores = [];

    protected override Persistence LearningPersistence => Persistence.Frozen;

    public override GradientNeed GradientNeed(long step) =>
        IsSettled ? Pruning.State.GradientNeed.Masked : Pruning.State.GradientNeed.Dense;

    protected override void OnAttach()
    {
        base.OnAttach();
        _scores = new float[Context.TotalWeights];
    }

    protected override Span<float> Learned(int t) => Context.Slice(_scores, t);

    protected override void Margins(int t, PrunableTensor tensor, long step, Span<float> margins)
    {
        // sigmoid(S) > tau exactly when S > logit(tau), which spares the exponentials.
        var scores = Context.Slice(_scores, t);
        float threshold = Logit(step);
        for (int i = 0; i < margins.Length; i++) margins[i] = scores[i] - threshold;
    }

    protected override void Learn(int t, PrunableTensor tensor, bool tooDense)
    {
        var scores = Context.Slice(_scores, t);
        var weights = tensor.Weights;
        var gradient = tensor.Gradient;
        float strength = tooDense ? (float)penalty : 0f;
        double squares = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double product = (double)gradient[i] * weights[i];
            squares += product * product;
        }

        float scale = squares > 0 ? (float)(1 / Math.Sqrt(squares / scores.Length)) : 0f;
        for (int i = 0; i < scores.Length; i++)
        {
            float sigmoid = 1f / (1f + MathF.Exp(-scores[i]));
            scores[i] -= (float)rate * (
                gradient[i] * weights[i] * scale + strength * sigmoid * (1 - sigmoid));
        }
    }

    // A threshold of zero is below every score.
    private float Logit(long step)
    {
        double reached = _schedule.At(step) > 0 ? tau * _schedule.At(step) / _schedule.Target : 0;
        return reached > 0 ? (float)Math.Log(reached / (1 - reached)) : float.MinValue / 2;
    }
}
