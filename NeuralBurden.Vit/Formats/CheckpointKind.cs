namespace NeuralBurden.Vit.Formats;

/// <summary>What a safetensors file was written for.</summary>
public enum CheckpointKind
{
    /// <summary>Another program's weights (timm, PyTorch): no information about a run.</summary>
    Foreign,

    /// <summary>
    /// Everything that a run needs to go on: stored weights, masks, moments, EMA, pruner state. On the disk it is a
    /// <see cref="CheckpointPair"/>; format 1 had it in one file.
    /// </summary>
    Training,

    /// <summary>
    /// The result: effective weights under timm's names with <c>mask.*</c> beside them, in the <see cref="CompactForm"/>
    /// on the disk where that is smaller.
    /// </summary>
    Model,

    /// <summary>What training needs beside the model file, of no use without it; see <see cref="CheckpointPair"/>.</summary>
    State,
}
