using ILGPU.Runtime;
using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    private int[] _segments = [];

    // Whole numbers are added in any order: counts, and so bits, are the same every time.
    protected override void SelectLargestCore(in SelectLargestArguments args)
    {
        int segments = args.Segments.Count, selections = args.Together > 0 ? 1 : segments;
        int chunks = Tabulate(args.Segments), table = segments * SelectionState.Fields;
        int histograms = selections * SelectionState.Digits, sought = selections * SelectionState.Found;
        var scratch = Scratch(table + histograms + sought + chunks).Cast<int>();
        _uploads.Upload(_segments.AsSpan(0, table), scratch.SubView(0, table));
        var ties = scratch.SubView(table + histograms + sought, chunks);
        var state = new SelectionState
        {
            X = F(args.X),
            Table = scratch.SubView(0, table),
            Histograms = scratch.SubView(table, histograms),
            Sought = scratch.SubView(table + histograms, sought),
            Segments = segments,
            Together = args.Together,
        };
        state.Histograms.MemSetToZero(_stream);
        I(args.NonFinite).MemSetToZero(_stream);
        for (int pass = 0; pass < 3; pass++)
        {
            Launch(new CountDigits(pass, I(args.NonFinite), state), chunks, _sizes.Threads);
            Launch(new FindDigit(pass, state), selections, _sizes.Threads);
        }

        Launch(new CountTies(ties, state), chunks, _sizes.Threads);
        Launch(new MarkLargest(I(args.Bits), ties, state), chunks, Math.Min(_sizes.Threads, SelectionState.ChunkLength / 32));
    }

    // Start, count, keep and first chunk of each segment; returns the number of chunks.
    private int Tabulate(IReadOnlyList<WeightSegment> segments)
    {
        if (_segments.Length < segments.Count * SelectionState.Fields)
            _segments = new int[segments.Count * SelectionState.Fields];
        int chunks = 0;
        for (int i = 0; i < segments.Count; i++)
        {
            var row = _segments.AsSpan(i * SelectionState.Fields, SelectionState.Fields);
            (row[0], row[1], row[2], row[3]) = (segments[i].Start, segments[i].Count, segments[i].Keep, chunks);
            chunks += CeilingOf(segments[i].Count, SelectionState.ChunkLength);
        }

        return chunks;
    }
}
