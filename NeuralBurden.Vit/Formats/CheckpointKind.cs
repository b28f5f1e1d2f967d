namespace NeuralBurden.Vit.Formats;

/// <summary>What a safetensors file was written for.</summary>
public enum CheckpointKind
{
    /// <summary>Another program's weights (timm, PyTorch): no information about a run.</summary>
    Foreign,

    /// <summary>Everything that a run needs to go on: stored weights, masks, moments, EMA, pruner
    /// state.</summary>
    Training,

    /// <summary>
    /// The result: effective weights W * M under timm's names, with <c>mask.*</c> and <c>persistent.*</c>
    /// beside them.
    /// </summary>
    Model,

    /// <summary>
    /// A model for inference whose pruned matrices are stored as <c>mask.*</c>, <c>kept.*</c> and <c>shape.*</c>; see
    /// <see cref="CompactModel"/>.
    /// </summary>
    Compact,
}
