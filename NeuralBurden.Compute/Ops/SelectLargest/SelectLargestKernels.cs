using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.SelectLargest;

/// <summary>
/// What the kernels of a selection share. A key is a float's bits without its sign, 31 of them, which order as magnitudes
/// do; it is found digit by digit, from the highest: bits 30 to 20, 19 to 10, 9 to 0.
/// </summary>
internal struct SelectionState
{
    public const int Digits = 2048, ChunkLength = 4096, Fields = 4, Found = 3, NotFinite = 0x7F800000;

    public ArrayView<float> X;

    /// <summary>Of each segment: start, count, keep, its first chunk.</summary>
    public ArrayView<int> Table;

    /// <summary>[selections, Digits]: elements whose key begins like the one that is sought, by their next digit.</summary>
    public ArrayView<int> Histograms;

    /// <summary>Of each selection: the key so far, elements of that key still to keep, and elements of that key.</summary>
    public ArrayView<int> Sought;

    public int Segments;

    /// <summary>Not 0: one selection over all segments, of so many; 0: one for each segment.</summary>
    public int Together;

    /// <summary>The segment of a chunk of elements.</summary>
    public readonly int SegmentOf(int chunk)
    {
        int low = 0, high = Segments - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Table[(middle * Fields) + 3] <= chunk) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    public readonly int SelectionOf(int segment) => Together != 0 ? 0 : segment;

    public readonly int FirstOf(int segment, int chunk) =>
        Table[segment * Fields] + ((chunk - Table[(segment * Fields) + 3]) * ChunkLength);

    public readonly int EndOf(int segment, int first) =>
        Math.Min(first + ChunkLength, Table[segment * Fields] + Table[(segment * Fields) + 1]);

    public readonly int KeyAt(int index) => (int)Interop.FloatAsInt(X[index]) & int.MaxValue;

    public static int ShiftOf(int pass) => pass == 0 ? 20 : pass == 1 ? 10 : 0;
}

/// <summary>A chunk's elements by digit <c>pass</c> of their keys, of those whose earlier digits are the sought ones.</summary>
internal readonly struct CountDigits(int pass, ArrayView<int> nonFinite, SelectionState state) : IKernel
{
    public void Execute()
    {
        var counts = GroupMemory.Allocate<int>(SelectionState.Digits);
        int segment = state.SegmentOf(Grid.IdxX), selection = state.SelectionOf(segment);
        int first = state.FirstOf(segment, Grid.IdxX), end = state.EndOf(segment, first);
        int shift = SelectionState.ShiftOf(pass), digits = pass == 0 ? 2047 : 1023, above = shift + (pass == 0 ? 11 : 10);
        int sought = pass == 0 ? 0 : state.Sought[selection * SelectionState.Found] >> above, wild = 0;
        for (int i = Group.IdxX; i < SelectionState.Digits; i += Group.DimX) counts[i] = 0;
        Group.Barrier();
        for (int i = first + Group.IdxX; i < end; i += Group.DimX)
        {
            int key = state.KeyAt(i);
            if (pass == 0 || key >> above == sought) Atomic.Add(ref counts[(key >> shift) & digits], 1);
            if (key >= SelectionState.NotFinite) wild++;
        }

        Group.Barrier();
        int at = selection * SelectionState.Digits;
        for (int i = Group.IdxX; i < SelectionState.Digits; i += Group.DimX)
        {
            if (counts[i] > 0) Atomic.Add(ref state.Histograms[at + i], counts[i]);
        }

        if (pass == 0 && wild > 0) Atomic.Add(ref nonFinite[0], wild);
    }
}

/// <summary>
/// One group per selection finds the sought key's next digit, the largest with as many elements at or above it as are to
/// be kept, and clears the histogram for the next pass.
/// </summary>
internal readonly struct FindDigit(int pass, SelectionState state) : IKernel
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<int>(Lanes.MaxThreads);
        int t = Group.IdxX, each = SelectionState.Digits / Group.DimX, histogram = Grid.IdxX * SelectionState.Digits;
        int last = histogram + ((Group.DimX - t) * each) - 1, own = 0;

        // Thread 0 has the highest digits.
        for (int i = 0; i < each; i++) own += state.Histograms[last - i];
        sums[t] = own;
        int sought = Grid.IdxX * SelectionState.Found;
        int keep = state.Together != 0 ? state.Together : state.Table[(Grid.IdxX * SelectionState.Fields) + 2];
        int key = pass == 0 ? 0 : state.Sought[sought], remaining = pass == 0 ? keep : state.Sought[sought + 1];
        Group.Barrier();
        int before = 0;
        for (int i = 0; i < t; i++) before += sums[i];
        if (remaining > before && remaining <= before + own)
        {
            int at = last;
            while (before + state.Histograms[at] < remaining) before += state.Histograms[at--];
            state.Sought[sought] = key | ((at - histogram) << SelectionState.ShiftOf(pass));
            state.Sought[sought + 1] = remaining - before;
            state.Sought[sought + 2] = state.Histograms[at];
        }

        // None: above all keys, and no place for one that is equal.
        if (keep == 0 && t == 0)
        {
            state.Sought[sought] = int.MaxValue;
            state.Sought[sought + 1] = 0;
            state.Sought[sought + 2] = 1;
        }

        Group.Barrier();
        for (int i = 0; i < each; i++) state.Histograms[last - i] = 0;
    }
}

/// <summary>Elements of each chunk that have the sought key, where not all of them are to be kept.</summary>
internal readonly struct CountTies(ArrayView<int> ties, SelectionState state) : IKernel
{
    public void Execute()
    {
        var counts = GroupMemory.Allocate<int>(1);
        int segment = state.SegmentOf(Grid.IdxX), sought = state.SelectionOf(segment) * SelectionState.Found;
        if (state.Sought[sought + 1] >= state.Sought[sought + 2]) return;
        int first = state.FirstOf(segment, Grid.IdxX), end = state.EndOf(segment, first), key = state.Sought[sought], own = 0;
        if (Group.IdxX == 0) counts[0] = 0;
        Group.Barrier();
        for (int i = first + Group.IdxX; i < end; i += Group.DimX)
        {
            if (state.KeyAt(i) == key) own++;
        }

        if (own > 0) Atomic.Add(ref counts[0], own);
        Group.Barrier();
        if (Group.IdxX == 0) ties[Grid.IdxX] = counts[0];
    }
}

/// <summary>The words of a chunk, one thread each.</summary>
internal readonly struct MarkLargest(ArrayView<int> bits, ArrayView<int> ties, SelectionState state) : IKernel
{
    public void Execute()
    {
        int segment = state.SegmentOf(Grid.IdxX), sought = state.SelectionOf(segment) * SelectionState.Found;
        int first = state.FirstOf(segment, Grid.IdxX), end = state.EndOf(segment, first), key = state.Sought[sought];
        int places = state.Sought[sought + 1];
        bool all = places >= state.Sought[sought + 2];
        for (int start = first + (32 * Group.IdxX); start < end; start += 32 * Group.DimX)
        {
            int word = 0, tied = 0, stop = Math.Min(32, end - start);
            for (int i = 0; i < stop; i++)
            {
                int other = state.KeyAt(start + i);
                if (other > key) word |= 1 << i;
                if (other == key) tied |= 1 << i;
            }

            if (tied != 0) word |= all ? tied : First(tied, places - Before(segment, first, start, key));
            bits[start / 32] = word;
        }
    }

    // So many of the lowest bits.
    private static int First(int tied, int places)
    {
        int chosen = 0;
        for (int i = 0; i < 32 && places > 0; i++)
        {
            int bit = tied & (1 << i);
            chosen |= bit;
            if (bit != 0) places--;
        }

        return chosen;
    }

    // Ties are few but for weights that are all alike: counted again where they are.
    private int Before(int segment, int first, int start, int key)
    {
        int chunk = state.Together != 0 ? 0 : state.Table[(segment * SelectionState.Fields) + 3], before = 0;
        for (; chunk < Grid.IdxX; chunk++) before += ties[chunk];
        for (int i = first; i < start; i++)
        {
            if (state.KeyAt(i) == key) before++;
        }

        return before;
    }
}
