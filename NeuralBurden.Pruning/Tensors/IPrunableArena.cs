namespace NeuralBurden.Pruning.Tensors;

/// <summary>
/// What can be done to all tensors of a pruner at once, where they lie side by side on a device: one op in place of one for
/// each. Results are those of the tensors' own operations.
/// </summary>
public interface IPrunableArena
{
    /// <inheritdoc cref="PrunableTensor.WriteEffective"/>
    void WriteEffective();

    /// <inheritdoc cref="PrunableTensor.TransformGradient"/>
    void TransformGradient(float prunedScale, float prunedDecay);

    /// <summary>Zeroes the weights where the masks are 0.</summary>
    void ZeroPrunedWeights();

    /// <summary>
    /// Marks the weights of largest magnitude, ties by index, by the device; false where it has no way to, or where a weight
    /// is not finite, and then the bits mean nothing.
    /// </summary>
    /// <param name="keep">Weights that each tensor keeps of its own; 0 where it competes with the others of that kind.</param>
    /// <param name="together">How many of those that compete are kept.</param>
    /// <param name="bits">The words of all tensors, one after the other.</param>
    bool TryMarkLargest(ReadOnlySpan<int> keep, long together, Span<ulong> bits);

    /// <summary>
    /// As <see cref="TryMarkLargest"/>, but of every <paramref name="length"/> neighbours of a row those of largest magnitude.
    /// </summary>
    /// <param name="keep">Weights kept of a whole group.</param>
    /// <param name="rest">Of each tensor, weights kept of the shorter group at the end of a row.</param>
    bool TryMarkInGroups(int length, int keep, ReadOnlySpan<int> rest, Span<ulong> bits);

    /// <summary>The masks now are what was marked last: the device has them already.</summary>
    void MasksAreMarked();
}
