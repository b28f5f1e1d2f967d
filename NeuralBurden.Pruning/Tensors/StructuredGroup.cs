namespace NeuralBurden.Pruning.Tensors;

/// <summary>
/// What must go together for a structure to disappear: head 2 of block 3 is three row ranges of qkv and one
/// column range of proj; hidden unit j of an MLP is row j of fc1 and column j of fc2. Declared by the model,
/// never guessed.
/// </summary>
/// <param name="Kind">What it is, e.g. <c>heads</c> or <c>mlp-units</c>; a method asks for one kind.</param>
/// <param name="Set">The structures it competes with, e.g. <c>blocks.3.attn</c>; a set never loses its last
/// group.</param>
/// <param name="Index">Position within the set.</param>
/// <param name="Members">Ranges of all matrices involved; groups of one kind must not overlap.</param>
public sealed record StructuredGroup(string Kind, string Set, int Index, IReadOnlyList<GroupMember> Members);
