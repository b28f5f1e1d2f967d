using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Measured on an H100, see docs/devices.md: products of DeiT-Tiny are faster than cuBLAS's where less is kept than 1 weight
    // in 7 (qkv, fc1), 8 (proj), 9 (gradient of fc2's input), 12 (fc2) or 18 (of fc1's).
    private const double EntryCost = 8;

    // A matrix is one panel: PoCL computes the kernel that skips some wrong, see LinearGradientCore.
    private static readonly PanelShape Whole = new(1 << 20, 1 << 20);

    // The tile that products of sparse matrices run in; see GemmTile.
    public override PanelShape? SkippedPanels => IsOpenCl ? Whole : new(8 * _sizes.TileSide, _sizes.TileSide);

    internal override EntryShape? Entries => new(EntryLanes, EntryCost);

    // Groups of 256 threads where the device has them: a warp has one stream of entries then.
    private bool HasLargeGroups => _sizes.LargeTiles != LargeTiles.Never;

    private int EntryLanes => HasLargeGroups ? EntryTile<Tile16, Quads>.Lanes
        : _sizes.TileSide == 8 ? EntryTile<Tile8, Quads>.Lanes : EntryTile<Tile4, Quads>.Lanes;

    protected override void SparseGemmCore(in SparseGemmArguments args)
    {
        bool isForward = args.Form == GemmForm.NT;
        if ((isForward ? args.W.ForwardEntries : args.W.InputEntries) is { } entries)
        {
            EntryProduct(args, entries);
            return;
        }

        // Where no panel is empty, the product may go to the vendor's library.
        var panels = IsOpenCl ? null : isForward ? args.W.ForwardPanels : args.W.InputPanels;
        var product = new GemmArguments(args.Form, args.X, args.W.Dense, args.Y, args.Epilogue);
        Product(product, default, panels is { Density: < 1 } ? panels : null);
    }

    protected override void SparseRefreshCore(SparseMatrix w)
    {
        SparseEntries? forward = w.ForwardEntries, input = w.InputEntries;
        if ((forward ?? input) is not { } some) return;
        int streams = (forward?.Streams ?? 0) + (input?.Streams ?? 0), perGroup = _sizes.Threads / SparseEntries.Outputs;
        var pack = new PackEntries(
            F(w.Dense),
            I(w.Bits),
            F((forward ?? some).Words),
            F((input ?? some).Words),
            forward?.Streams ?? 0,
            input?.Streams ?? 0,
            w.Rows,
            w.Columns,
            EntryLanes);
        Launch(pack, CeilingOf(streams, perGroup), _sizes.Threads);
    }

    private void EntryProduct(in SparseGemmArguments args, SparseEntries entries)
    {
        int m = args.M, n = args.Y.Shape[1], k = args.X.Shape[1];
        int blocks = CeilingOf(n, SparseEntries.Outputs), tiles = CeilingOf(blocks, EntryTile<Tile16, Quads>.Warps);

        // Tiles of one width, so that no group has much less to do than the others.
        var x = new EntryInputs
        {
            X = F(args.X),
            Entries = F(entries.Words),
            M = m,
            N = n,
            K = k,
            Blocks = CeilingOf(blocks, tiles),
        };
        var output = OutputOf(args.Y, args.Epilogue);
        bool quads = n % 4 == 0 && k % 4 == 0 && InQuads(args.X) && InQuads(args.Y)
            && InQuads(args.Epilogue.Bias) && InQuads(args.Epilogue.Auxiliary);
        if (HasLargeGroups) LaunchEntries<Tile16>(x, output, quads);
        else if (_sizes.TileSide == 8) LaunchEntries<Tile8>(x, output, quads);
        else LaunchEntries<Tile4>(x, output, quads);
    }

    private void LaunchEntries<TTile>(in EntryInputs x, in GemmOutput output, bool quads)
        where TTile : struct, ITile
    {
        int rows = 4 * EntryTile<TTile, Quads>.Lanes, threads = TTile.Side * TTile.Side;
        int groups = CeilingOf(x.M, rows) * CeilingOf(CeilingOf(x.N, SparseEntries.Outputs), x.Blocks);
        if (quads) Launch(new EntryTile<TTile, Quads>(x, output), groups, threads);
        else Launch(new EntryTile<TTile, Words>(x, output), groups, threads);
    }
}
