namespace NeuralBurden.Pruning.Errors;

/// <summary>
/// An invariant of pruning does not hold (<see cref="Pruner.CheckInvariants"/>); the message names the
/// tensor.
/// </summary>
public sealed class PruningInvariantException(string message) : Exception(message);
