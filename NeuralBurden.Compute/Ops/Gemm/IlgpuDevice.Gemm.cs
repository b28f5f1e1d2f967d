using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // A classifier's: cuBLAS takes longer for it than for a block's products, and has none of the epilogues.
    private const long SmallProduct = 1 << 20;

    protected override void GemmCore(in GemmArguments args) => Product(args, default, null);

    // rowSums: where the sums of op(A)'s rows go, if they are wanted; panels: those of op(B) that are not empty, null for
    // all. Neither with the vendor's library.
    private void Product(in GemmArguments args, in Tensor rowSums, SparsePanels? panels)
    {
        var (m, n, k) = args.Extents;
        ArrayView<float> x = F(args.A), y = F(args.B), z = F(args.C);
        var output = OutputOf(args.C, args.Epilogue);
        if (args.Accumulate) output.Kind = GemmOutput.Accumulate;
        if (!rowSums.IsNone) (output.RowSums, output.Sums) = (F(rowSums), 1);
        bool quads = n % 4 == 0 && InQuads(args.C) && InQuads(args.Epilogue.Bias) && InQuads(args.Epilogue.Auxiliary);
        bool isSmall = (long)m * n * k < SmallProduct;
        if (k > 0 && panels is null && _vendor is not null && UsesVendorLibrary && !isSmall)
        {
            VendorGemm(_vendor, args.Form, m, n, k, x, y, output, IsSame(args.C, args.Epilogue.Auxiliary), quads);
            return;
        }

        var operands = new GemmInputs
        {
            A = x,
            B = y,
            Kept = panels is null ? x.Cast<int>() : I(panels.Flags),
            KeptPanels = panels?.PerTile ?? 0,
            M = m,
            N = n,
            K = k,
            ARow = args.TransposeA ? 1 : k,
            AStep = args.TransposeA ? m : 1,
            BStep = args.TransposeB ? 1 : n,
            BColumn = args.TransposeB ? k : 1,
        };
        quads = quads && InQuads(args.A) && InQuads(args.B)
            && (args.TransposeA ? m : k) % 4 == 0 && (args.TransposeB ? k : n) % 4 == 0;
        int slices = SlicesOf(m, n, k);
        if (slices == 1)
        {
            LaunchTiles(operands, output, 1, k, quads);
            return;
        }

        long products = (long)slices * m * n;
        var product = Scratch(products + ((long)slices * m));
        var parts = new GemmOutput
        {
            C = product,
            Bias = z,
            Auxiliary = z,
            RowSums = product.SubView(products),
            Sums = output.Sums,
        };
        LaunchTiles(operands, parts, slices, SliceDepth(k, slices), quads);
        Fold(product, slices, m, n, output, quads);
    }

    private static GemmOutput OutputOf(in Tensor c, in GemmEpilogue epilogue)
    {
        var z = F(c);
        return new GemmOutput
        {
            C = z,
            Bias = epilogue.Bias.IsNone ? z : F(epilogue.Bias),
            Auxiliary = epilogue.Auxiliary.IsNone ? z : F(epilogue.Auxiliary),
            RowSums = z,
            Kind = (int)epilogue.Kind,
        };
    }

    // Whether four words may be moved at once, see Quads: buffers begin at multiples of 16 bytes.
    private static bool InQuads(in Tensor tensor) => tensor.IsNone || tensor.Offset % 4 == 0;

    private void Fold(ArrayView<float> product, int slices, int m, int n, in GemmOutput output, bool quads)
    {
        int perRow = CeilingOf(n, 4);
        if (quads) Each(new FoldSlices<Quads>(product, slices, perRow, m, n, output), (long)m * perRow);
        else Each(new FoldSlices<Words>(product, slices, perRow, m, n, output), (long)m * perRow);
    }

    // cuBLAS has none of the epilogues: they take a second launch.
    private void VendorGemm(
        CuBlasProducts vendor,
        GemmForm form,
        int m,
        int n,
        int k,
        ArrayView<float> a,
        ArrayView<float> b,
        GemmOutput output,
        bool inPlaceResidual,
        bool quads)
    {
        // Where C is the residual itself, the product is added to it, and only the bias is left to add.
        bool accumulate = output.Kind == GemmOutput.Accumulate || inPlaceResidual;
        _launched?.Add($"{vendor.Name}: {form} {m} x {n} x {k}");
        vendor.Multiply(form, m, n, k, a, b, output.C, accumulate);
        if (inPlaceResidual) output.Kind = (int)EpilogueKind.Bias;
        if (output.Kind is GemmOutput.Accumulate or (int)EpilogueKind.None) return;
        Fold(output.C, 1, m, n, output, quads);
    }

    // A weight gradient is a small matrix with a long sum: too few tiles for a GPU, unless K is cut too. By
    // shape alone, so that the order of summation is the same on every device of a kind.
    private static int SlicesOf(int m, int n, int k)
    {
        // A round of seven groups for each of 128 multiprocessors, see below.
        const int nominalTile = 64, wantedGroups = 896, leastDepth = 128;
        if (k <= Math.Max(m, n)) return 1;
        long tiles = (long)CeilingOf(m, nominalTile) * CeilingOf(n, nominalTile);
        int slices = (int)Math.Min(wantedGroups / tiles, k / leastDepth);
        return slices < 2 || (long)slices * m * n > int.MaxValue ? 1 : CeilingOf(k, SliceDepth(k, slices));
    }

    private static int SliceDepth(int k, int slices) => CeilingOf(CeilingOf(k, slices), 16) * 16;

    private void LaunchTiles(
        in GemmInputs operands, in GemmOutput output, int slices, int sliceDepth, bool quads)
    {
        // Panels are those of the usual tile.
        bool large = operands.KeptPanels == 0 && TakesLargeTiles(operands.M, operands.N, slices);
        if (_precision != ProductPrecision.Float32)
        {
            if (large) LaunchWarpTiles<Tile16>(operands, output, slices, sliceDepth, quads);
            else LaunchWarpTiles<Tile8>(operands, output, slices, sliceDepth, quads);
            return;
        }

        if (large) LaunchTiles<Tile16>(operands, output, slices, sliceDepth, quads);
        else if (_sizes.TileSide == 8) LaunchTiles<Tile8>(operands, output, slices, sliceDepth, quads);
        else LaunchTiles<Tile4>(operands, output, slices, sliceDepth, quads);
    }

    // Whichever keeps the multiprocessors busier. No sum depends on it: both tiles go through K in the same order.
    private bool TakesLargeTiles(int m, int n, int slices)
    {
        // Groups that a multiprocessor holds at once, by their registers and shared memory.
        const int smallAtOnce = 7, largeAtOnce = 2;
        return _sizes.LargeTiles == LargeTiles.Always || (_sizes.LargeTiles == LargeTiles.WhereFaster
            && Work(8 * 8, largeAtOnce) < Work(8 * 4, smallAtOnce));

        // Tiles that the busiest multiprocessor does, in units of work; the last round of them lasts as long as a full one.
        long Work(int half, int atOnce)
        {
            int units = _accelerator.NumMultiprocessors;
            long groups = (long)CeilingOf(m, 2 * half) * CeilingOf(n, 2 * half) * slices, each = (groups + units - 1) / units;
            return (each <= atOnce ? each : (each + atOnce - 1) / atOnce * atOnce) * half * half;
        }
    }

    private void LaunchTiles<TTile>(
        in GemmInputs operands, in GemmOutput output, int slices, int sliceDepth, bool quads)
        where TTile : struct, ITile
    {
        int groups = GroupsOf<TTile>(operands, slices);
        if (quads) LaunchTiles<TTile, Quads>(operands, output, sliceDepth, groups);
        else LaunchTiles<TTile, Words>(operands, output, sliceDepth, groups);
    }

    private void LaunchTiles<TTile, TAccess>(
        in GemmInputs operands, in GemmOutput output, int sliceDepth, int groups)
        where TTile : struct, ITile
        where TAccess : struct, IAccess
    {
        int threads = TTile.Side * TTile.Side;
        if (operands.KeptPanels > 0)
            Launch(new GemmTile<TTile, TAccess, KeptPanels>(sliceDepth, operands, output), groups, threads);
        else if (output.Sums != 0)
            Launch(new GemmTile<TTile, TAccess, SummedPanels>(sliceDepth, operands, output), groups, threads);
        else
            Launch(new GemmTile<TTile, TAccess, EveryPanel>(sliceDepth, operands, output), groups, threads);
    }

    private static int GroupsOf<TTile>(in GemmInputs operands, int slices)
        where TTile : struct, ITile =>
        CeilingOf(operands.M, 8 * TTile.Side) * CeilingOf(operands.N, 8 * TTile.Side) * slices;

    private static bool IsSame(in Tensor a, in Tensor b) =>
        !b.IsNone && a.Buffer == b.Buffer && a.Offset == b.Offset;
}
