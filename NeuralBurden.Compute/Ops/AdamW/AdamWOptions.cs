namespace NeuralBurden.Compute.Ops.AdamW;

/// <summary>Hyperparameters of one AdamW step.</summary>
/// <param name="LearningRate">Step size of this step.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled: the weight shrinks by learning rate * decay.</param>
/// <param name="Step">1 in the first step; enters the bias corrections.</param>
/// <param name="FrozenStep">
/// 0 while v is updated. Otherwise the step after which it was frozen: v stays as it is and is corrected as after that step,
/// as in STEP's second phase (arXiv 2302.01172); a correction that went on counting would let steps grow.
/// </param>
public readonly record struct AdamWOptions(
    float LearningRate,
    float Beta1,
    float Beta2,
    float Epsilon,
    float WeightDecay,
    long Step,
    long FrozenStep = 0)
{
    /// <summary>Whether v is left as it is.</summary>
    public bool IsFrozen => FrozenStep > 0;

    /// <summary>Steps that the bias correction of v counts.</summary>
    public long SecondStep => IsFrozen ? FrozenStep : Step;
}
