namespace NeuralBurden.Pruning.State;

/// <summary>Which dense reference the burden measures may use (method.md 4.3).</summary>
public enum ReferenceKind
{
    /// <summary>The stored weights without mask: a dense copy lives on.</summary>
    Shadow,

    /// <summary>
    /// The same run just before pruning starts: pruned weights are gone, or were never there.
    /// </summary>
    Checkpoint,
}
