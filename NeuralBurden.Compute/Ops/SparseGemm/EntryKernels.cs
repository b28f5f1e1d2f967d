using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>X [M, K] and the streams of W's entries for N outputs, see <see cref="SparseEntries"/>.</summary>
internal struct EntryInputs
{
    public ArrayView<float> X, Entries;

    public int M, N, K;

    /// <summary>Streams side by side that a group multiplies, at most <see cref="EntryTile{TTile,TAccess}.Warps"/>.</summary>
    public int Blocks;
}

/// <summary>
/// Where the kernels keep Depth steps of X for 4 rows of each of a number of lanes, a power of two: step k of lane l's rows is
/// the quad k lanes + (l xor k / 4). So neither the threads that turn rows of X into steps nor those that read a step of all
/// lanes meet at a bank of shared memory, and an entry's place is k lanes + k / 4, to be xored with the lane.
/// </summary>
internal static class EntryPlaces
{
    public static int Of(int step, int lanes) => (step * lanes) + ((step >> 2) & (lanes - 1));

    /// <summary>Of a step that is 0 in all rows.</summary>
    public static int None(int lanes) => SparseEntries.Depth * lanes;
}

/// <summary>
/// The streams of one matrix, forward ones first: sixteen threads make one, each of them the list of one output. What is kept
/// is told by the mask's bits, so that a kept weight of 0 has an entry too.
/// </summary>
internal readonly struct PackEntries(
    ArrayView<float> w,
    ArrayView<int> bits,
    ArrayView<float> forward,
    ArrayView<float> input,
    int forwardStreams,
    int inputStreams,
    int rows,
    int columns,
    int lanes) : IKernel
{
    public void Execute()
    {
        var quadsOf = GroupMemory.Allocate<int>(256);
        int t = Group.IdxX, output = t % SparseEntries.Outputs;
        int stream = (Grid.IdxX * (Group.DimX / SparseEntries.Outputs)) + (t / SparseEntries.Outputs);
        bool isForward = stream < forwardStreams, isAny = stream < forwardStreams + inputStreams;
        int number = isForward ? stream : stream - forwardStreams;
        int outputs = isForward ? rows : columns, steps = isForward ? columns : rows, pitch = isForward ? 1 : columns;
        int panels = (steps + SparseEntries.Depth - 1) / SparseEntries.Depth, block = number / panels;
        int first = (number - (block * panels)) * SparseEntries.Depth;
        output += block * SparseEntries.Outputs;
        int from = isForward ? (output * columns) + first : (first * columns) + output;
        int count = isAny && output < outputs ? Math.Min(SparseEntries.Depth, steps - first) : 0, kept = 0;
        for (int step = 0; step < count; step++) kept += IsKept(from + (step * pitch)) ? 1 : 0;
        int quads = Math.Max(1, (kept + 1) / 2);
        quadsOf[t] = quads;
        Group.Barrier();
        if (!isAny) return;
        int at = number * SparseEntries.Room;
        for (int other = t - (t % SparseEntries.Outputs); other < t; other++) at += quadsOf[other];
        var target = (isForward ? forward : input).Cast<Float4>();

        // The list's first word says how long it is.
        int place = EntryPlaces.None(lanes), length = quads << 16;
        float weight = 0;
        bool isHalf = false;
        for (int step = 0; step < count; step++)
        {
            int index = from + (step * pitch);
            if (!IsKept(index)) continue;
            int here = EntryPlaces.Of(step, lanes);
            if (isHalf)
            {
                target[at++] = Quad(place + length, weight, here, w[index]);
                length = 0;
            }

            (place, weight, isHalf) = (here, w[index], !isHalf);
        }

        if (!isHalf) (place, weight) = (EntryPlaces.None(lanes), 0);
        if (isHalf || kept == 0) target[at] = Quad(place + length, weight, EntryPlaces.None(lanes), 0);
    }

    private bool IsKept(int index) => ((bits[index / 32] >> (index % 32)) & 1) != 0;

    private static Float4 Quad(int place, float weight, int place2, float weight2) => new()
    {
        A = Interop.IntAsFloat((uint)place),
        B = weight,
        C = Interop.IntAsFloat((uint)place2),
        D = weight2,
    };
}

/// <summary>
/// Reads a stream, a quad ahead of the products: what its warp has staged in shared memory, and the rest of a stream that is
/// longer from where it lies, which takes a wait for each quad.
/// </summary>
internal struct EntryReader
{
    public Float4 Entry;

    /// <summary>Quads of a stream that are staged: all of those of 3 in 16 weights.</summary>
    public const int Staged = 48;

    /// <summary>Of the stream and of the next quad in it.</summary>
    public int Start, At;

    /// <summary>The next list's sum for four rows: of step k of X times the weight, for each of its entries.</summary>
    public Float4 Sum(
        in Float4 before, ArrayView<Float4> staged, ArrayView<Float4> entries, ArrayView<Float4> steps, int lane)
    {
        var sum = before;
        int left = (int)Interop.FloatAsInt(Entry.A) >> 16;
        do
        {
            At++;

            // Values, not places: four words are read at once.
            var next = At < Staged ? staged[At] : entries[Start + At];
            var step = steps[((int)Interop.FloatAsInt(Entry.A) & 0xFFFF) ^ lane];
            var step2 = steps[(int)Interop.FloatAsInt(Entry.C) ^ lane];
            sum.AddScaled(Entry.B, step);
            sum.AddScaled(Entry.D, step2);
            Entry = next;
            left--;
        }
        while (left > 0);
        return sum;
    }
}

/// <summary>
/// A tile of 4 Lanes rows by up to 128 outputs of Y = epilogue(X W) by Lanes threads of four rows each for every 16 outputs:
/// Depth steps of X in shared memory, two such panels in turns, and beside them the streams of what W keeps. All threads of a
/// warp read the same entry, so that loops are alike, and one multiply-add of a warp costs one read of a row of banks: a
/// quarter of what a multiprocessor can multiply, and all of it on kept weights.
/// </summary>
internal readonly struct EntryTile<TTile, TAccess>(EntryInputs x, GemmOutput output) : IKernel
    where TTile : struct, ITile
    where TAccess : struct, IAccess
{
    /// <summary>Groups of lanes: streams that a group can do side by side.</summary>
    public const int Warps = 8;

    // Steps of X that a thread brings at once, and streams whose outputs are written together.
    private const int Quad = 4, Together = 2;

    public static int Lanes => TTile.Side * TTile.Side / Warps;

    // 128 registers hold the sums and what is fetched; two groups hide each other's waits.
    public static (int Threads, int Groups) Residence => TTile.Side == 16 ? (256, 2) : default;

    private static int Panel => (SparseEntries.Depth + 1) * Lanes;

    public void Execute()
    {
        var shared = GroupMemory.Allocate<Float4>((2 * 33 * (TTile.Side * TTile.Side / 8)) + (2 * 8 * 48));
        int t = Group.IdxX, lane = t % Lanes, warp = t / Lanes;
        int blocks = (x.N + SparseEntries.Outputs - 1) / SparseEntries.Outputs, tileColumns = (blocks + x.Blocks - 1) / x.Blocks;
        int tileRow = Grid.IdxX / tileColumns, first = (Grid.IdxX - (tileRow * tileColumns)) * x.Blocks;
        int row = tileRow * 4 * Lanes, panels = (x.K + SparseEntries.Depth - 1) / SparseEntries.Depth;
        int last = Math.Min(first + x.Blocks, blocks);
        if (t < Lanes)
        {
            shared[(SparseEntries.Depth * Lanes) + t] = default;
            shared[Panel + (SparseEntries.Depth * Lanes) + t] = default;
        }

        Float4 s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default;
        Float4 s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Float4 s14 = default, s15 = default;
        int current = 0;
        Float4 a = Load(row, 0, 0), b = Load(row, 0, 1), c = Load(row, 0, 2), d = Load(row, 0, 3);
        StoreSteps(shared, 0, a, b, c, d);
        var entries = x.Entries.Cast<Float4>();
        bool isBusy = first + warp < last;
        int stream = (first + warp) * panels * SparseEntries.Room, stage = (2 * Panel) + (warp * EntryReader.Staged);
        if (isBusy) Stage(shared.SubView(stage, EntryReader.Staged), entries, stream, lane);
        for (int panel = 0; panel < panels; panel++)
        {
            Group.Barrier();
            bool isMore = panel + 1 < panels;
            if (isMore)
            {
                int step = (panel + 1) * SparseEntries.Depth;
                (a, b, c, d) = (Load(row, step, 0), Load(row, step, 1), Load(row, step, 2), Load(row, step, 3));
            }

            if (isBusy)
            {
                var staged = shared.SubView(stage, EntryReader.Staged);
                EntryReader reader = default;
                reader.Start = stream;
                reader.Entry = staged[0];
                var steps = shared.SubView(current, Panel);
                s0 = reader.Sum(s0, staged, entries, steps, lane);
                s1 = reader.Sum(s1, staged, entries, steps, lane);
                s2 = reader.Sum(s2, staged, entries, steps, lane);
                s3 = reader.Sum(s3, staged, entries, steps, lane);
                s4 = reader.Sum(s4, staged, entries, steps, lane);
                s5 = reader.Sum(s5, staged, entries, steps, lane);
                s6 = reader.Sum(s6, staged, entries, steps, lane);
                s7 = reader.Sum(s7, staged, entries, steps, lane);
                s8 = reader.Sum(s8, staged, entries, steps, lane);
                s9 = reader.Sum(s9, staged, entries, steps, lane);
                s10 = reader.Sum(s10, staged, entries, steps, lane);
                s11 = reader.Sum(s11, staged, entries, steps, lane);
                s12 = reader.Sum(s12, staged, entries, steps, lane);
                s13 = reader.Sum(s13, staged, entries, steps, lane);
                s14 = reader.Sum(s14, staged, entries, steps, lane);
                s15 = reader.Sum(s15, staged, entries, steps, lane);
            }

            current = Panel - current;
            if (!isMore) continue;
            StoreSteps(shared, current, a, b, c, d);
            stream += SparseEntries.Room;
            stage = (2 * Panel) + (((current == 0 ? 0 : Warps) + warp) * EntryReader.Staged);
            if (isBusy) Stage(shared.SubView(stage, EntryReader.Staged), entries, stream, lane);
        }

        for (int round = first; round < last; round += Together)
        {
            // The panels are no longer needed, nor is what was written of the round before.
            Group.Barrier();
            int column = (first + warp - round) * SparseEntries.Outputs;
            if (column >= 0 && column < Together * SparseEntries.Outputs && isBusy)
            {
                StoreSum(shared, column, lane, s0, s1, s2, s3);
                StoreSum(shared, column + 4, lane, s4, s5, s6, s7);
                StoreSum(shared, column + 8, lane, s8, s9, s10, s11);
                StoreSum(shared, column + 12, lane, s12, s13, s14, s15);
            }

            Group.Barrier();
            Write(shared.Cast<float>(), row, round * SparseEntries.Outputs, Math.Min(x.N, last * SparseEntries.Outputs));
        }
    }

    private static void Stage(ArrayView<Float4> staged, ArrayView<Float4> entries, int stream, int lane)
    {
        for (int i = lane; i < EntryReader.Staged; i += Lanes) staged[i] = entries[stream + i];
    }

    // Four steps of one row; what lies beyond the last is read from it, and no entry has its place.
    private Float4 Load(int row, int step, int part)
    {
        int t = Group.IdxX, from = Math.Min(row + (t / 8) + (part * Lanes), x.M - 1);
        int at = Math.Min(step + (Quad * (t % 8)), x.K - TAccess.Width);
        return TAccess.Load(x.X, (from * x.K) + at, x.K - at);
    }

    private static void StoreSteps(ArrayView<Float4> shared, int panel, in Float4 a, in Float4 b, in Float4 c, in Float4 d)
    {
        int quad = Group.IdxX % 8, row = Group.IdxX / 8;
        var words = shared.Cast<float>();
        StoreRow(words, panel, quad, row, a);
        StoreRow(words, panel, quad, row + Lanes, b);
        StoreRow(words, panel, quad, row + (2 * Lanes), c);
        StoreRow(words, panel, quad, row + (3 * Lanes), d);
    }

    private static void StoreRow(ArrayView<float> words, int panel, int quad, int row, in Float4 values)
    {
        int at = (4 * (panel + (EntryPlaces.Of(Quad * quad, Lanes) ^ (row / 4)))) + (row % 4);
        words[at] = values.A;
        words[at + (4 * Lanes)] = values.B;
        words[at + (8 * Lanes)] = values.C;
        words[at + (12 * Lanes)] = values.D;
    }

    // Columns lie like steps do.
    private static void StoreSum(
        ArrayView<Float4> shared, int column, int lane, in Float4 a, in Float4 b, in Float4 c, in Float4 d)
    {
        int at = EntryPlaces.Of(column, Lanes) ^ lane;
        shared[at] = a;
        shared[at + Lanes] = b;
        shared[at + (2 * Lanes)] = c;
        shared[at + (3 * Lanes)] = d;
    }

    // Four neighbouring columns a thread, and neighbouring threads side by side in a row.
    private void Write(ArrayView<float> sums, int row, int column, int end)
    {
        int quad = Group.IdxX % 8, n = column + (4 * quad);
        int rows = n < end ? Math.Min(4 * Lanes, x.M - row) : 0;
        for (int r = Group.IdxX / 8; r < rows; r += Lanes)
        {
            int at = (4 * (EntryPlaces.Of(4 * quad, Lanes) ^ (r / 4))) + (r % 4);
            var values = new Float4
            {
                A = sums[at],
                B = sums[at + (4 * Lanes)],
                C = sums[at + (8 * Lanes)],
                D = sums[at + (12 * Lanes)],
            };
            output.Put<TAccess>(((row + r) * x.N) + n, n, values, x.N - n);
        }
    }
}
