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
    private readonly bool _ownsBits;

    /// <param name="dense">[rows, columns]; zero wherever the mask is, as masked weights are. Not owned.</param>
    /// <param name="order">How kept weights are stored; null for nothing but the mask.</param>
    /// <param name="reserve">Kept weights to have memory for from the start.</param>
    /// <param name="panels">What the device's products can skip without an order; null for nothing.</param>
    /// <param name="bits">The mask, where its owner keeps it on the device already; none is memory of its own.</param>
    internal SparseMatrix(in Tensor dense, OrderShape? order, int reserve, PanelShape? panels = null, in Tensor bits = default)
    {
        if (dense.Shape.Rank != 2) throw new ArgumentException($"a matrix of shape {dense.Shape}", nameof(dense));
        Dense = dense;
        var device = dense.Buffer.Device;
        var words = new Shape(MaskWords.DeviceWordCount(dense.Count));
        _ownsBits = bits.IsNone;
        Bits = _ownsBits ? device.AllocateTensor(words, $"kept weights of {dense.Buffer.Label}", ElementType.Int32) : bits;
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

    /// <summary>Share of y = x W^T that must be multiplied: of its panels, on a device that skips empty ones.</summary>
    public double ForwardWork => ForwardPanels?.Density ?? Density;

    /// <summary>The same for dX = dY W.</summary>
    public double InputWork => InputPanels?.Density ?? Density;

    internal SparsePanels? ForwardPanels { get; }

    internal SparsePanels? InputPanels { get; }

    /// <summary>The mask, one bit per weight; see <see cref="MaskWords"/>.</summary>
    internal Tensor Bits { get; }

    /// <summary>Entries of W by row; none where the device has no sparse kernels.</summary>
    internal SparseOrder? ByRows { get; }

    /// <summary>Entries of W by column.</summary>
    internal SparseOrder? ByColumns { get; }

    internal DeviceMemory Device => Dense.Buffer.Device;

    /// <summary>
    /// Whether it is worth to <see cref="Look"/> at a mask: not where a sample says that few panels would be empty.
    /// </summary>
    /// <param name="mask">As of <see cref="Look"/>.</param>
    public bool MaySkip(ReadOnlySpan<ulong> mask) =>
        ForwardPanels is null || InputPanels is null || ForwardPanels.MaySkip(mask) || InputPanels.MaySkip(mask);

    /// <summary>Counts what a mask keeps, and the work that it leaves, without taking it up: the device is not asked.</summary>
    /// <param name="mask">Weight i is bit i % 64 of word i / 64, row-major; bits past the last weight are 0.</param>
    /// <exception cref="ArgumentException">The mask is for another number of weights.</exception>
    public void Look(ReadOnlySpan<ulong> mask)
    {
        int words = MaskWords.WordCount((int)Dense.Count);
        if (mask.Length != words)
            throw new ArgumentException($"{mask.Length} words; a matrix {Dense.Shape} has {words}", nameof(mask));
        Count = MaskWords.Count(mask);
        ForwardPanels?.Look(mask);
        InputPanels?.Look(mask);
    }

    /// <summary>Takes up a mask; values are those of before.</summary>
    internal void Build(ReadOnlySpan<ulong> mask)
    {
        Look(mask);
        // Pairs of 32-bit words, low half first on every supported machine.
        if (_ownsBits) Device.Upload(MemoryMarshal.Cast<ulong, int>(mask)[..(int)Bits.Count], Bits);
        ForwardPanels?.Upload(Device);
        InputPanels?.Upload(Device);
        ByRows?.Build(mask);
        ByColumns?.Build(mask);
    }

    public void Dispose()
    {
        if (_ownsBits) Bits.Buffer.Dispose();
        ForwardPanels?.Dispose();
        InputPanels?.Dispose();
        ByRows?.Dispose();
        ByColumns?.Dispose();
    }
}
