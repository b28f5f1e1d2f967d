namespace NeuralBurden.Pruning;

/// <summary>What the masks did so far.</summary>
/// <param name="Updates">Mask updates so far.</param>
/// <param name="All">Over all pruned tensors.</param>
/// <param name="Tensors">One by one, in the pruner's order.</param>
public sealed record PrunerStatistics(
    long Updates, TensorStatistics All, IReadOnlyList<TensorStatistics> Tensors);
