namespace NeuralBurden.Vit.Runs;

/// <summary>Whether products of masked weights skip the pruned ones.</summary>
public enum SparseMode
{
    /// <summary>Where that is faster on this machine, by measurement.</summary>
    Auto,

    /// <summary>Wherever weights are pruned.</summary>
    Always,

    /// <summary>Nowhere: masked weights are multiplied as zeros.</summary>
    Never,
}
