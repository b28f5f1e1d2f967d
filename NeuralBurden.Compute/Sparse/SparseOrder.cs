using System.Numerics;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// Kept entries of a matrix in the order of one product, whose outputs are its rows (y = x W^T) or its columns
/// (dX = dY W). A few outputs with about equally many entries form a bundle: kernels sum them side by side, so that
/// loops are longer and their lengths seldom change.
/// </summary>
/// <remarks>
/// Entries lie chunk by chunk of the summed index, then bundle by bundle, then step by step: step s holds the s-th
/// entry, by ascending input, of each of the bundle's outputs. Kernels read four entries at once, a quad: one step of
/// four outputs or two steps of two. Outputs with fewer entries and halves of quads are filled up with entries that
/// point to input <see cref="Inputs"/>, which kernels hold at 0, and to no position.
/// </remarks>
internal sealed class SparseOrder : IDisposable
{
    /// <summary>Entries that are read together.</summary>
    public const int Quad = 4;

    private readonly DeviceMemory _device;
    private readonly bool _outputsAreColumns;
    private readonly int[] _placeOf;
    private readonly int[] _counts;
    private readonly int[] _next;
    private readonly int[] _start;
    private readonly int[] _outputs;
    private readonly long[] _sorted;
    private int[] _index = [];
    private int[] _position = [];

    public SparseOrder(DeviceMemory device, OrderShape shape, int outputs, int inputs, bool outputsAreColumns)
    {
        (_device, Outputs, _outputsAreColumns) = (device, outputs, outputsAreColumns);
        Lanes = shape.Lanes;
        Chunks = new SparseChunks(inputs, shape.Chunk);
        Bundles = (outputs + Lanes - 1) / Lanes;
        // Where the counts of an input's chunk begin.
        _placeOf = [.. Enumerable.Range(0, inputs).Select(i => Chunks.Of(i) * outputs)];
        _counts = new int[Chunks.Count * outputs];
        _next = new int[_counts.Length];
        _start = new int[(Chunks.Count * Bundles) + 1];
        _outputs = new int[Chunks.Count * Bundles * Lanes];
        _sorted = new long[outputs];
        Start = device.AllocateTensor(new Shape(_start.Length), "sparse starts", ElementType.Int32);
        OutputOf = device.AllocateTensor(new Shape(_outputs.Length), "sparse outputs", ElementType.Int32);
    }

    public int Outputs { get; }

    /// <summary>Outputs of a bundle: 2 or 4.</summary>
    public int Lanes { get; }

    public int Inputs => Chunks.Inputs;

    public SparseChunks Chunks { get; }

    /// <summary>Bundles of one chunk.</summary>
    public int Bundles { get; }

    /// <summary>Entries, filled-up ones included.</summary>
    public int Slots { get; private set; }

    /// <summary>
    /// Whether the outputs of every bundle read the same inputs, as they do where the mask keeps blocks of at least
    /// that many outputs: 16 x 1 in a forward product, 1 x 8 in an input gradient.
    /// </summary>
    public bool SharesInputs { get; private set; }

    /// <summary>Quads of bundle b in chunk c lie in [Start[c * Bundles + b], the next start).</summary>
    public Tensor Start { get; }

    /// <summary>Output of each lane of each bundle; from <see cref="Outputs"/> on where there is none.</summary>
    public Tensor OutputOf { get; }

    /// <summary>Input of each entry.</summary>
    public Tensor Index { get; private set; }

    /// <summary>Where each entry lies in the dense row-major matrix, or -1.</summary>
    public Tensor Position { get; private set; }

    public Tensor Values { get; private set; }

    public void Build(ReadOnlySpan<ulong> mask)
    {
        Array.Clear(_counts);
        foreach (var entry in new EntryWalk(mask, this)) _counts[entry.Place]++;
        int quads = 0;
        for (int chunk = 0; chunk < Chunks.Count; chunk++) quads = FormBundles(chunk, quads);
        _start[^1] = quads;
        Slots = quads * Quad;
        Reserve(Slots);
        Array.Fill(_index, Inputs, 0, Slots);
        Array.Fill(_position, -1, 0, Slots);
        foreach (var entry in new EntryWalk(mask, this))
        {
            int at = _next[entry.Place];
            _next[entry.Place] = at + Lanes;
            (_index[at], _position[at]) = (entry.Input, entry.Position);
        }

        SharesInputs = EqualInputs();
        _device.Upload(_start.AsSpan(), Start);
        _device.Upload(_outputs.AsSpan(), OutputOf);
        if (Slots == 0) return;
        _device.Upload(_index.AsSpan(0, Slots), Index.Slice(0, new Shape(Slots)));
        _device.Upload(_position.AsSpan(0, Slots), Position.Slice(0, new Shape(Slots)));
    }

    public void Dispose()
    {
        Start.Buffer.Dispose();
        OutputOf.Buffer.Dispose();
        Release();
    }

    private bool EqualInputs()
    {
        for (int at = 0; at < Slots; at += Lanes)
        {
            int input = _index[at];
            for (int lane = 1; lane < Lanes; lane++)
            {
                if (_index[at + lane] != input) return false;
            }
        }

        return true;
    }

    private int FormBundles(int chunk, int quads)
    {
        for (int o = 0; o < Outputs; o++) _sorted[o] = ((long)_counts[(chunk * Outputs) + o] << 32) | (uint)o;
        Array.Sort(_sorted);
        for (int first = 0; first < Outputs; first += Lanes)
        {
            int bundle = (chunk * Bundles) + (first / Lanes), lanes = Math.Min(Lanes, Outputs - first);
            _start[bundle] = quads;
            for (int lane = 0; lane < Lanes; lane++)
            {
                int output = lane < lanes ? (int)(uint)_sorted[first + lane] : Outputs + lane - lanes;
                _outputs[(bundle * Lanes) + lane] = output;
                if (lane < lanes) _next[(chunk * Outputs) + output] = (quads * Quad) + lane;
            }

            // As many steps as the last one, which has the most entries.
            quads += (((int)(_sorted[first + lanes - 1] >> 32) * Lanes) + Quad - 1) / Quad;
        }

        return quads;
    }

    /// <summary>Makes room for that many slots and an eighth more.</summary>
    public void Reserve(int slots)
    {
        if (slots <= _index.Length && !Index.IsNone) return;
        Release();
        // A mask that grows and shrinks by a few weights should not ask for memory every time.
        int capacity = slots + (slots / 8) + 16;
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

    /// <summary>Visits the kept weights row by row, which is by ascending input for every output.</summary>
    private ref struct EntryWalk(ReadOnlySpan<ulong> mask, SparseOrder order)
    {
        private readonly ReadOnlySpan<ulong> _mask = mask;
        private readonly int[] _placeOf = order._placeOf;
        private readonly bool _outputsAreColumns = order._outputsAreColumns;
        private readonly int _columns = order._outputsAreColumns ? order.Outputs : order.Inputs;
        private int _word = -1;
        private ulong _left;
        private int _row;
        private int _rowStart;

        /// <summary>The entry's place among the counts, its input, and its position in the matrix.</summary>
        public readonly (int Place, int Input, int Position) Current
        {
            get
            {
                int position = (_word * 64) + BitOperations.TrailingZeroCount(_left), column = position - _rowStart;
                return _outputsAreColumns
                    ? (_placeOf[_row] + column, _row, position)
                    : (_placeOf[column] + _row, column, position);
            }
        }

        public readonly EntryWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_left != 0) _left &= _left - 1;
            while (_left == 0)
            {
                if (++_word == _mask.Length) return false;
                _left = _mask[_word];
            }

            int position = (_word * 64) + BitOperations.TrailingZeroCount(_left);
            for (; position - _rowStart >= _columns; _rowStart += _columns) _row++;
            return true;
        }
    }
}
