namespace NeuralBurden.Pruning.State;

/// <summary>What the pruner needs of dL/dW at a step.</summary>
public enum GradientNeed
{
    /// <summary>
    /// Only at kept weights; the trainer may skip the rest, whose content is then not read.
    /// </summary>
    Masked,

    /// <summary>At every weight.</summary>
    Dense,
}
