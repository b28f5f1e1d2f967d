namespace NeuralBurden.Pruning.Tensors;

/// <summary>Rows or columns [Start, Start + Length) of a named matrix.</summary>
public sealed record GroupMember(string Tensor, GroupAxis Axis, int Start, int Length);
