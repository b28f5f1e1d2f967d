namespace NeuralBurden.Vit.Training;

/// <summary>Training went wrong: a loss or a gradient is NaN or infinite.</summary>
public sealed class NonFiniteException(string what, int step)
    : Exception($"the {what} of step {step} is not finite; a lower optim.lr or a smaller optim.clip_norm may help")
{
    /// <summary>The first step concerned, from 0.</summary>
    public int Step { get; } = step;
}
