using System.Runtime.InteropServices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// The kept weights of a masked matrix W [rows, columns], beside its dense form, in the order in which sparse products
/// read them: by rows for y = x W^T, by columns for dX = dY W. Made and kept current by a device: by <c>SparseBuild</c> for a
/// mask, by <c>SparseRefresh</c> for values.
/// </summary>
/// <remarks>
/// On a device without sparse kernels nothing but the mask is stored, and sparse ops run on the dense matrix, with the
/// same result. Building allocates only where a mask needs more memory than all before it.
/// </remarks>
public sealed class SparseMatrix : IDisposable
{
    private readonly ulong[] _words;

    /// <param name="dense">[rows, columns]; zero wherever the mask is, as masked weights are. Not owned.</param>
    /// <param name="order">How kept weights are stored; null for nothing but the mask.</param>
    /// <param name="reserve">Kept weights to have memory for from the start.</param>
    /// <param name="panels">What the device's products can skip without an order; null for nothing.</param>
    internal SparseMatrix(in Tensor dense, OrderShape? order, int reserve, PanelShape? panels = null)
    {
        if (dense.Shape.Rank != 2) throw new ArgumentException($"a matrix of shape {dense.Shape}", nameof(dense));
        Dense = dense;
        var device = dense.Buffer.Device;
        Bits = device.AllocateTensor(
            new Shape(MaskWords.DeviceWordCount(dense.Count)), $"kept weights of {dense.Buffer.Label}", ElementType.Int32);
        _words = new ulong[(dense.Count + 63) / 64];
        if (panels is { } shape)
        {
            ForwardPanels = new SparsePanels(device, shape, Rows, Columns, outputsAreColumns: false);
            InputPanels = new SparsePanels(device, shape, Rows, Columns, outputsAreColumns: true);
        }

        if (order is not { } entries) return;
        ByRows = new SparseOrder(device, entries, Rows, Columns, outputsAreColumns: false);
        ByColumns = new SparseOrder(device, entries, Columns, Rows, outputsAreColumns: true);
        if (reserve == 0) return;
        ByRows.Reserve(reserve);
        ByColumns.Reserve(reserve);
    }

    /// <summary>The masked matrix itself.</summary>
    public Tensor Dense { get; }

    public int Rows => Dense.Shape[0];

    public int Columns => Dense.Shape[1];

    /// <summary>Kept weights.</summary>
    public int Count { get; private set; }

    public double Density => (double)Count / Dense.Count;

    /// <summary>Share of y = x W^T that must be multiplied on a device that skips empty panels; 1 on others.</summary>
    public double ForwardWork => ForwardPanels?.Density ?? 1;

    /// <summary>The same for dX = dY W.</summary>
    public double InputWork => InputPanels?.Density ?? 1;

    internal SparsePanels? ForwardPanels { get; }

    internal SparsePanels? InputPanels { get; }

    /// <summary>The mask, one bit per weight; see <see cref="MaskWords"/>.</summary>
    internal Tensor Bits { get; }

    /// <summary>Entries of W by row; none where the device has no sparse kernels.</summary>
    internal SparseOrder? ByRows { get; }

    /// <summary>Entries of W by column.</summary>
    internal SparseOrder? ByColumns { get; }

    internal DeviceMemory Device => Dense.Buffer.Device;

    /// <summary>Whether more than a few of the panels would be empty under a mask; see <see cref="Look"/>.</summary>
    /// <param name="mask">As of <c>SparseBuild</c>.</param>
    public bool MaySkip(ReadOnlySpan<ulong> mask) => ForwardPanels?.MaySkip(mask) == true || InputPanels?.MaySkip(mask) == true;

    /// <summary>
    /// What <see cref="ForwardWork"/> and <see cref="InputWork"/> would be for a mask, without taking it up: the device is
    /// not asked.
    /// </summary>
    /// <param name="mask">As of <c>SparseBuild</c>.</param>
    public void Look(ReadOnlySpan<ulong> mask)
    {
        ForwardPanels?.Look(mask);
        InputPanels?.Look(mask);
    }

    /// <summary>Takes up a mask; values are those of before.</summary>
    /// <param name="mask">Weight i is bit i % 64 of word i / 64, row-major; bits past the last weight are 0.</param>
    /// <exception cref="ArgumentException">The mask is for another number of weights.</exception>
    internal void Build(ReadOnlySpan<ulong> mask)
    {
        if (mask.Length != _words.Length)
            throw new ArgumentException($"{mask.Length} words; a matrix {Dense.Shape} has {_words.Length}", nameof(mask));
        mask.CopyTo(_words);
        int count = 0;
        foreach (ulong word in mask) count += System.Numerics.BitOperations.PopCount(word);
        Count = count;
        // Pairs of 32-bit words, low half first on every supported machine.
        Device.Upload(MemoryMarshal.Cast<ulong, int>(_words.AsSpan())[..(int)Bits.Count], Bits);
        Look(mask);
        ForwardPanels?.Upload(Device);
        InputPanels?.Upload(Device);
        ByRows?.Build(_words);
        ByColumns?.Build(_words);
    }

    public void Dispose()
    {
        Bits.Buffer.Dispose();
        ForwardPanels?.Dispose();
        InputPanels?.Dispose();
        ByRows?.Dispose();
        ByColumns?.Dispose();
    }
}
