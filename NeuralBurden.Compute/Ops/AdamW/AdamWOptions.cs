namespace NeuralBurden.Compute.Ops.AdamW;

/// <summary>Hyperparameters of one AdamW step.</summary>
/// <param name="LearningRate">Step size of this step.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled: the weight shrinks by learning rate * decay.</param>
/// <param name="Step">1 in the first step; enters the bias corrections.</param>
/// <param name="FreezeSecondMoment">Leaves v as it is, as STEP does in its second phase (arXiv 2302.01172).</param>
public readonly record struct AdamWOptions(
    float LearningRate,
    float Beta1,
    float Beta2,
    float Epsilon,
    float WeightDecay,
    long Step,
    bool FreezeSecondMoment = false);
