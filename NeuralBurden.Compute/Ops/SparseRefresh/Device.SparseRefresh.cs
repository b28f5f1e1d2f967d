using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>A sparse form of a masked matrix, still without a mask; the caller disposes it before the matrix.</summary>
    /// <param name="dense">[rows, columns]; zero wherever the mask is, as masked weights are. Not owned.</param>
    /// <param name="reserve">Kept weights to have memory for from the start.</param>
    /// <param name="bits">The mask, where its owner keeps it on the device, current; none is memory of its own.</param>
    /// <param name="form">What products read, on a device without <see cref="SupportsSparse"/>.</param>
    /// <exception cref="ArgumentException">Not a matrix, or not on this device.</exception>
    public SparseMatrix AllocateSparse(
        in Tensor dense, int reserve = 0, in Tensor bits = default, SparseForm form = SparseForm.Fastest)
    {
        new Require(this, nameof(AllocateSparse)).Rank(dense, 2);
        return new SparseMatrix(dense, Order, reserve, SkippedPanels, bits, Entries, form);
    }

    /// <summary>Takes up a mask and the values that the dense matrix has now.</summary>
    /// <param name="w">The matrix.</param>
    /// <param name="mask">Weight i is bit i % 64 of word i / 64, row-major; bits past the last weight are 0.</param>
    /// <exception cref="ArgumentException">
    /// The mask is for another number of weights, or the matrix lives on another device.
    /// </exception>
    public void SparseBuild(SparseMatrix w, ReadOnlySpan<ulong> mask)
    {
        new Require(this, nameof(SparseBuild)).Floats(w.Dense);
        w.Build(mask);
        if (w.ByRows is null) SparseRefresh(w);
    }

    /// <summary>The kept values of <paramref name="w"/> become those that its dense matrix has now.</summary>
    /// <exception cref="ArgumentException">The matrix lives on another device.</exception>
    public void SparseRefresh(SparseMatrix w)
    {
        new Require(this, nameof(SparseRefresh)).Floats(w.Dense);
        if (w.Count > 0) SparseRefreshCore(w);
    }

    protected virtual void SparseRefreshCore(SparseMatrix w)
    {
    }
}
