using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Learning rate by step: a linear rise to lr over the warm-up's W steps, lr (t + 1) / W, then
/// min + (lr - min) (1 + cos(pi (t - W) / (T - W))) / 2 (arXiv 1608.03983), or constant.
/// </summary>
internal sealed class LearningRate(OptimConfig config, int stepsPerEpoch, int totalSteps)
{
    private readonly int _warmup = Math.Min(config.Warmup.ToSteps(stepsPerEpoch, totalSteps), totalSteps);

    public double At(long step)
    {
        if (step < _warmup) return config.Lr * (step + 1) / _warmup;
        if (config.Schedule == LearningRateSchedule.Constant) return config.Lr;
        double progress = (step - _warmup) / (double)Math.Max(1, totalSteps - _warmup);
        return config.MinLr + ((config.Lr - config.MinLr) * (1 + Math.Cos(Math.PI * progress)) / 2);
    }
}
