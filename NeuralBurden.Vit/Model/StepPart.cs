namespace NeuralBurden.Vit.Model;

/// <summary>Parts of a training step whose time is told apart.</summary>
public enum StepPart
{
    /// <summary>Drawing, uploading and normalising the batch.</summary>
    Data,

    /// <summary>From images to loss and its gradient, without merging.</summary>
    Forward,

    /// <summary>Matching and merging tokens, and the gradient of merging.</summary>
    Merge,

    Backward,

    /// <summary>Gradient norm and weight update.</summary>
    Optimizer,

    /// <summary>Masks: effective weights, gradients of pruned weights, mask updates.</summary>
    Pruner,
}
