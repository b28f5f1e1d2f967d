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
    private readonly EntryShape? _entries;
    private readonly SparseForm _form;
    private readonly SparseOrders? _orders;
    private SparseEntries? _forwardEntries;
    private SparseEntries? _inputEntries;

    /// <param name="dense">[rows, columns]; zero wherever the mask is, as masked weights are. Not owned.</param>
    /// <param name="order">How kept weights are stored; null for nothing but the mask.</param>
    /// <param name="reserve">Kept weights to have memory for from the start.</param>
    /// <param name="panels">What the device's products can skip without an order; null for nothing.</param>
    /// <param name="bits">The mask, where its owner keeps it on the device already; none is memory of its own.</param>
    /// <param name="entries">How the device reads kept weights without an order; null for not at all.</param>
    /// <param name="form">What products read.</param>
    internal SparseMatrix(
        in Tensor dense,
        OrderShape? order,
        int reserve,
        PanelShape? panels = null,
        in Tensor bits = default,
        EntryShape? entries = null,
        SparseForm form = SparseForm.Fastest)
    {
        (_entries, _form) = (entries, form);
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

        if (order is { } kept) _orders = new SparseOrders(device, kept, Rows, Columns, reserve);
    }

    /// <summary>The masked matrix itself.</summary>
    public Tensor Dense { get; }

    public int Rows => Dense.Shape[0];

    public int Columns => Dense.Shape[1];

    /// <summary>Kept weights.</summary>
    public int Count { get; private set; }

    public double Density => (double)Count / Dense.Count;

    /// <summary>
    /// Work of y = x W^T in that of a dense product: the density, and on a device that has other means the least that they take.
    /// </summary>
    public double ForwardWork => Work(ForwardPanels);

    /// <summary>The same for dX = dY W.</summary>
    public double InputWork => Work(InputPanels);

    internal SparsePanels? ForwardPanels { get; }

    internal SparsePanels? InputPanels { get; }

    /// <summary>Kept weights for y = x W^T; null where they are not what the product reads.</summary>
    internal SparseEntries? ForwardEntries => ReadsEntries(ForwardPanels) ? _forwardEntries : null;

    /// <summary>The same for dX = dY W.</summary>
    internal SparseEntries? InputEntries => ReadsEntries(InputPanels) ? _inputEntries : null;

    /// <summary>The mask, one bit per weight; see <see cref="MaskWords"/>.</summary>
    internal Tensor Bits { get; }

    /// <summary>Entries of W by row; none where the device has no sparse kernels.</summary>
    internal SparseOrder? ByRows => _orders?.ByRows;

    /// <summary>Entries of W by column.</summary>
    internal SparseOrder? ByColumns => _orders?.ByColumns;

    internal DeviceMemory Device => Dense.Buffer.Device;

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

    /// <summary>Takes up a mask, and in the orders of entries the values too; elsewhere these are those of before.</summary>
    internal void Build(ReadOnlySpan<ulong> mask)
    {
        Look(mask);
        // Pairs of 32-bit words, low half first on every supported machine.
        if (_ownsBits) Device.Upload(MemoryMarshal.Cast<ulong, int>(mask)[..(int)Bits.Count], Bits);
        ForwardPanels?.Upload(Device);
        InputPanels?.Upload(Device);
        if (ReadsEntries(ForwardPanels)) _forwardEntries ??= new SparseEntries(Device, Rows, Columns);
        if (ReadsEntries(InputPanels)) _inputEntries ??= new SparseEntries(Device, Columns, Rows);
        if (Device.TryGetHostSpan(Dense, out var weights)) _orders?.Build(mask, weights);
    }

    public void Dispose()
    {
        if (_ownsBits) Bits.Buffer.Dispose();
        _forwardEntries?.Dispose();
        _inputEntries?.Dispose();
        ForwardPanels?.Dispose();
        InputPanels?.Dispose();
        _orders?.Dispose();
    }

    private double Work(SparsePanels? panels) =>
        panels is null ? Density : Math.Min(panels.Density, _entries is { } entries ? Density * entries.Cost : 1);

    // A matrix without entries is all empty panels.
    private bool ReadsEntries(SparsePanels? panels) =>
        panels is not null && _entries is { } entries && Count > 0 && _form != SparseForm.Panels
        && (_form == SparseForm.Entries || Density * entries.Cost < panels.Density);
}
