namespace NeuralBurden.Vit.Benchmarks;

/// <summary>What is repeated and timed.</summary>
public enum WorkloadKind
{
    /// <summary>Batch, forward, loss, backward, optimizer, masks: one whole training step.</summary>
    TrainStep,

    /// <summary>A forward pass without gradients over a batch that lies on the device.</summary>
    Inference,
}
