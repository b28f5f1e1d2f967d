using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// Kept entries of a matrix in the order of one product: chunk by chunk of the summed index, within it output by
/// output, within that by ascending input. CSR of W (outputs are rows) or of W^T (outputs are columns).
/// </summary>
internal sealed class SparseOrder : IDisposable
{
    private readonly Device _device;
    private readonly bool _columnsFirst;
    private readonly int[] _start;
    private readonly int[] _next;
    private int[] _index = [];
    private int[] _position = [];

    public SparseOrder(Device device, int outputs, int inputs, bool columnsFirst)
    {
        (_device, Outputs, _columnsFirst, Chunks) = (device, outputs, columnsFirst, new SparseChunks(inputs));
        _start = new int[(Chunks.Count * outputs) + 1];
        _next = new int[_start.Length];
        Start = device.AllocateTensor(new Shape(_start.Length), "sparse starts", ElementType.Int32);
    }

    public int Outputs { get; }

    public int Inputs => Chunks.Inputs;

    public SparseChunks Chunks { get; }

    public int Count { get; private set; }

    /// <summary>Entries of output o in chunk c lie at [Start[c * Outputs + o], the next start).</summary>
    public Tensor Start { get; }

    /// <summary>Input of each entry.</summary>
    public Tensor Index { get; private set; }

    /// <summary>Where each entry lies in the dense row-major matrix.</summary>
    public Tensor Position { get; private set; }

    public Tensor Values { get; private set; }

    public void Build(ReadOnlySpan<ulong> mask, int count)
    {
        Reserve(count);
        Count = count;
        CountEntries(mask);
        int columns = _columnsFirst ? Outputs : Inputs;
        for (int w = 0; w < mask.Length; w++)
        {
            for (ulong word = mask[w]; word != 0; word &= word - 1)
            {
                int position = (w * 64) + System.Numerics.BitOperations.TrailingZeroCount(word);
                var (row, column) = (position / columns, position % columns);
                // Row-major order visits both rows and columns of any output in ascending order.
                int input = _columnsFirst ? row : column, output = _columnsFirst ? column : row;
                int at = _next[(ChunkOf(input) * Outputs) + output]++;
                (_index[at], _position[at]) = (input, position);
            }
        }

        _device.Upload(_start.AsSpan(), Start);
        _device.Upload(_index.AsSpan(), Index);
        _device.Upload(_position.AsSpan(), Position);
    }

    public void Dispose()
    {
        Start.Buffer.Dispose();
        Release();
    }

    private int ChunkOf(int input)
    {
        int block = input / Math.Max(1, Chunks.BlockWidth);
        return (block * Chunks.PerBlock) + ((input - (block * Chunks.BlockWidth)) / Math.Max(1, Chunks.Width));
    }

    private void CountEntries(ReadOnlySpan<ulong> mask)
    {
        int columns = _columnsFirst ? Outputs : Inputs;
        Array.Clear(_start);
        for (int w = 0; w < mask.Length; w++)
        {
            for (ulong word = mask[w]; word != 0; word &= word - 1)
            {
                int position = (w * 64) + System.Numerics.BitOperations.TrailingZeroCount(word);
                int input = _columnsFirst ? position / columns : position % columns;
                int output = _columnsFirst ? position % columns : position / columns;
                _start[(ChunkOf(input) * Outputs) + output + 1]++;
            }
        }

        for (int i = 1; i < _start.Length; i++) _start[i] += _start[i - 1];
        _start.CopyTo(_next, 0);
    }

    private void Reserve(int count)
    {
        if (count <= _index.Length && !Index.IsNone) return;
        Release();
        // A mask that grows and shrinks by a few weights should not ask for memory every time.
        int capacity = Math.Min(Outputs * Inputs, count + (count / 8) + 16);
        (_index, _position) = (new int[capacity], new int[capacity]);
        Index = _device.AllocateTensor(new Shape(capacity), "sparse inputs", ElementType.Int32);
        Position = _device.AllocateTensor(new Shape(capacity), "sparse positions", ElementType.Int32);
        Values = _device.AllocateTensor(new Shape(capacity), "sparse values");
    }

    private void Release()
    {
        if (Index.IsNone) return;
        foreach (var tensor in (ReadOnlySpan<Tensor>)[Index, Position, Values]) tensor.Buffer.Dispose();
        (Index, Position, Values) = (default, default, default);
    }
}
