namespace NeuralBurden.Vit.Training;

/// <summary>
/// Training went wrong: a loss, a gradient or a weight is NaN or infinite. The message names the step, the layer where
/// it began, and the checkpoint to go back to.
/// </summary>
/// <param name="what">What is not finite.</param>
/// <param name="step">The first step concerned, from 0.</param>
/// <param name="layer">The layer where it began and what of it; null where it was noticed only later.</param>
/// <param name="checkpoint">The newest sound checkpoint; null where there is none.</param>
public sealed class NonFiniteException(string what, int step, string? layer = null, string? checkpoint = null)
    : Exception(
        $"the {what} of step {step} is not finite"
        + (layer is null ? "" : $", first of all {layer}")
        + "; a lower optim.lr or a smaller optim.clip_norm may help, --skip-nonfinite N leaves such steps out; "
        + (checkpoint is null ? "there is no checkpoint yet" : $"the last good checkpoint is {checkpoint}"))
{
    public string What { get; } = what;

    /// <summary>The first step concerned, from 0.</summary>
    public int Step { get; } = step;

    /// <summary>The layer where it began, such as <c>the output of blocks.2.mlp.fc1</c>; null where
    /// unknown.</summary>
    public string? Layer { get; } = layer;

    /// <summary>The newest sound checkpoint; null where there is none.</summary>
    public string? Checkpoint { get; } = checkpoint;
}
