namespace NeuralBurden.Pruning;

/// <summary>What the masks did so far.</summary>
/// <param name="Updates">Mask updates so far.</param>
/// <param name="PeriodUpdates">Mask updates since <see cref="Pruner.BeginPeriod"/>.</param>
/// <param name="PeriodFlipRate">Mean over those updates of |M_t xor M_{t-1}| / |M_t|; 0 without any.</param>
/// <param name="All">Over all pruned tensors.</param>
/// <param name="Tensors">One by one, in the pruner's order.</param>
public sealed record PrunerStatistics(
    long Updates, long PeriodUpdates, double PeriodFlipRate, TensorStatistics All,
    IReadOnlyList<TensorStatistics> Tensors);
