using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private readonly int[] _counts;
    private readonly int[] _next;
    private readonly int[] _sorted;
    private readonly int[] _tally;

    public SparseOrder(DeviceMemory device, OrderShape shape, int outputs, int inputs)
    {
        (_device, Outputs) = (device, outputs);
        Lanes = shape.Lanes;
        Chunks = new SparseChunks(inputs, shape.Chunk);
        Bundles = (outputs + Lanes - 1) / Lanes;
        _counts = new int[Chunks.Count * outputs];
        // Pinned: a writer points into it.
        _next = GC.AllocateArray<int>(_counts.Length, pinned: true);
        _sorted = new int[outputs];
        _tally = new int[inputs + 2];
        Start = device.AllocateTensor(new Shape((Chunks.Count * Bundles) + 1), "sparse starts", ElementType.Int32);
        OutputOf = device.AllocateTensor(new Shape(Chunks.Count * Bundles * Lanes), "sparse outputs", ElementType.Int32);
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

    /// <summary>Where the counts of an input's chunk begin: output o of it has place PlaceOf(input) + o.</summary>
    public int PlaceOf(int input) => Chunks.Of(input) * Outputs;

    /// <summary>An entry more or less of a place.</summary>
    public void Count(int place, int change) => _counts[place] += change;

    /// <summary>Divides outputs into bundles by what was counted, and makes room; entries are to be added next.</summary>
    public void Form()
    {
        var start = Ints(Start);
        var outputs = Ints(OutputOf);
        int quads = 0;
        for (int chunk = 0; chunk < Chunks.Count; chunk++)
        {
            int place = chunk * Outputs;
            Sort(_counts.AsSpan(place, Outputs));
            for (int first = 0; first < Outputs; first += Lanes)
            {
                int bundle = (chunk * Bundles) + (first / Lanes), lanes = Math.Min(Lanes, Outputs - first);
                start[bundle] = quads;
                for (int lane = 0; lane < Lanes; lane++)
                {
                    int output = lane < lanes ? _sorted[first + lane] : Outputs + lane - lanes;
                    outputs[(bundle * Lanes) + lane] = output;
                    if (lane < lanes) _next[place + output] = (quads * Quad) + lane;
                }

                // As many steps as the last one, which has the most entries.
                quads += ((_counts[place + _sorted[first + lanes - 1]] * Lanes) + Quad - 1) / Quad;
            }
        }

        start[^1] = quads;
        Slots = quads * Quad;
        Reserve(Slots);
    }

    /// <summary>Where entries go; valid until <see cref="Form"/> is called again.</summary>
    public Writer Write() => new(this);

    public void Dispose()
    {
        Start.Buffer.Dispose();
        OutputOf.Buffer.Dispose();
        Release();
    }

    // By ascending count, equal ones by output: a counting sort.
    private void Sort(ReadOnlySpan<int> counts)
    {
        Array.Clear(_tally);
        foreach (int count in counts) _tally[count + 1]++;
        for (int c = 1; c < _tally.Length; c++) _tally[c] += _tally[c - 1];
        for (int o = 0; o < counts.Length; o++) _sorted[_tally[counts[o]]++] = o;
    }

    private Span<float> Floats(scoped in Tensor tensor) =>
        _device.TryGetHostSpan(tensor, out var span) ? span : throw new NotSupportedException("entries are written by the host");

    private Span<int> Ints(scoped in Tensor tensor) =>
        _device.TryGetHostInts(tensor, out var span) ? span : throw new NotSupportedException("entries are written by the host");

    /// <summary>Makes room for that many slots and an eighth more.</summary>
    public void Reserve(int slots)
    {
        if (!Index.IsNone && slots <= Index.Count) return;
        Release();
        // A mask that grows and shrinks by a few weights should not ask for memory every time.
        int capacity = slots + (slots / 8) + 16;
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

    /// <summary>Writes the entries of every output by ascending input, and then what fills bundles up.</summary>
    public readonly unsafe struct Writer(SparseOrder order)
    {
        private readonly int _lanes = order.Lanes;
        private readonly int* _next = Pointer<int>(order._next);
        private readonly int* _index = Pointer(order.Ints(order.Index)), _position = Pointer(order.Ints(order.Position));
        private readonly float* _values = Pointer(order.Floats(order.Values));

        public void Add(int place, int input, int position, float value)
        {
            int at = _next[place];
            _next[place] = at + _lanes;
            (_index[at], _position[at], _values[at]) = (input, position, value);
        }

        public void Complete()
        {
            Span<int> start = order.Ints(order.Start), outputs = order.Ints(order.OutputOf);
            for (int lane = 0; lane < outputs.Length; lane++)
            {
                int bundle = lane / _lanes, output = outputs[lane], end = start[bundle + 1] * Quad;
                int at = output < order.Outputs
                    ? _next[(bundle / order.Bundles * order.Outputs) + output]
                    : (start[bundle] * Quad) + (lane % _lanes);
                for (; at < end; at += _lanes) (_index[at], _position[at], _values[at]) = (order.Inputs, -1, 0);
            }

            order.SharesInputs = EqualInputs(order.Slots);
        }

        private bool EqualInputs(int slots)
        {
            for (int at = 0; at < slots; at++)
                if (_index[at] != _index[at / _lanes * _lanes]) return false;
            return true;
        }

        private static T* Pointer<T>(Span<T> span)
            where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
    }
}
