namespace NeuralBurden.Pruning.Counting;

/// <summary>
/// Units that a distribution gives one share to: the weights, blocks or rows of a matrix, or the heads of a
/// layer.
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="Units">Number of prunable units, at least 1.</param>
/// <param name="Rows">Outputs of the matrix, for ERK.</param>
/// <param name="Columns">Inputs of the matrix, for ERK.</param>
public readonly record struct Segment(string Name, int Units, int Rows, int Columns);
