using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Training;

/// <content>
/// The exponential moving average of the stored weights, <c>optim.ema</c>: after step t, counted from 1,
/// e = d_t e + (1 - d_t) w with d_t = min(d, (1 + t) / (10 + t)), from the weights before the first step on. The rise
/// of d_t keeps short trainings from averaging over their initial weights.
/// </content>
internal sealed partial class Trainer
{
    private readonly Tensor _average;

    /// <summary>Whether a moving average is kept.</summary>
    public bool HasAverage => !_average.IsNone;

    /// <summary>
    /// Exchanges weights and average, and writes the effective weights of what is in place now: the method's masks or
    /// thresholds act on the average as on the weights. Calling it again undoes it exactly.
    /// </summary>
    public void ExchangeAverage()
    {
        // Nothing needs the gradients between two steps.
        var (weights, scratch) = (Model.Parameters.Weights, Model.Parameters.Gradients);
        _device.Copy(weights, scratch);
        _device.Copy(_average, weights);
        _device.Copy(scratch, _average);
        Pruner?.WeightsChanged();
        WriteEffective();
    }

    private void UpdateAverage(int step)
    {
        if (!HasAverage) return;
        double t = step + 1, decay = Math.Min(_config.Optim.Ema, (1 + t) / (10 + t));
        _device.Axpby(new((float)(1 - decay), Model.Parameters.Weights, (float)decay, _average));
    }
}
