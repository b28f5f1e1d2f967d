using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void GemmCore(in GemmArguments args)
    {
        var (m, n, k) = args.Extents;
        ArrayView<float> x = F(args.A), y = F(args.B), z = F(args.C);
        var output = new GemmOutput
        {
            C = z,
            Bias = args.Epilogue.Bias.IsNone ? z : F(args.Epilogue.Bias),
            Auxiliary = args.Epilogue.Auxiliary.IsNone ? z : F(args.Epilogue.Auxiliary),
            Kind = args.Accumulate ? GemmOutput.Accumulate : (int)args.Epilogue.Kind,
        };
        if (k > 0 && _vendor is not null && UsesVendorLibrary)
        {
            VendorGemm(_vendor, args.Form, m, n, k, x, y, output, IsSame(args.C, args.Epilogue.Auxiliary));
            return;
        }

        var operands = new GemmInputs
        {
            A = x,
            B = y,
            M = m,
            N = n,
            K = k,
            ARow = args.TransposeA ? 1 : k,
            AStep = args.TransposeA ? m : 1,
            BStep = args.TransposeB ? 1 : n,
            BColumn = args.TransposeB ? k : 1,
        };
        int slices = SlicesOf(m, n, k);
        if (slices == 1)
        {
            LaunchTiles(operands, output, 1, k);
            return;
        }

        var product = Scratch((long)slices * m * n);
        LaunchTiles(
            operands, new GemmOutput { C = product, Bias = z, Auxiliary = z }, slices, SliceDepth(k, slices));
        Each(new FoldSlices(product, slices, m, n, output), (long)m * n);
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
        bool inPlaceResidual)
    {
        // Where C is the residual itself, the product is added to it, and only the bias is left to add.
        bool accumulate = output.Kind == GemmOutput.Accumulate || inPlaceResidual;
        _launched?.Add($"{vendor.Name}: {form} {m} x {n} x {k}");
        vendor.Multiply(form, m, n, k, a, b, output.C, accumulate);
        if (inPlaceResidual) output.Kind = (int)EpilogueKind.Bias;
        if (output.Kind is GemmOutput.Accumulate or (int)EpilogueKind.None) return;
        Each(new FoldSlices(output.C, 1, m, n, output), (long)m * n);
    }

    // A weight gradient is a small matrix with a long sum: too few tiles for a GPU, unless K is cut too. By
    // shape alone, so that the order of summation is the same on every device of a kind.
    private static int SlicesOf(int m, int n, int k)
    {
        const int nominalTile = 64, wantedGroups = 128, leastDepth = 256;
        long tiles = (long)CeilingOf(m, nominalTile) * CeilingOf(n, nominalTile);
        int slices = (int)Math.Min(wantedGroups / tiles, k / leastDepth);
        return slices < 2 || (long)slices * m * n > int.MaxValue ? 1 : CeilingOf(k, SliceDepth(k, slices));
    }

    private static int SliceDepth(int k, int slices) => CeilingOf(CeilingOf(k, slices), 16) * 16;

    private void LaunchTiles(in GemmInputs operands, in GemmOutput output, int slices, int sliceDepth)
    {
        if (Math.Min(operands.M, operands.N) >= _sizes.LargeTileFrom)
            LaunchTiles<Tile16>(operands, output, slices, sliceDepth);
        else if (_sizes.TileSide == 8) LaunchTiles<Tile8>(operands, output, slices, sliceDepth);
        else LaunchTiles<Tile4>(operands, output, slices, sliceDepth);
    }

    private void LaunchTiles<TTile>(in GemmInputs operands, in GemmOutput output, int slices, int sliceDepth)
        where TTile : struct, ITile
    {
        int tile = 8 * TTile.Side, tiles = CeilingOf(operands.M, tile) * CeilingOf(operands.N, tile);
        Launch(new GemmTile<TTile>(sliceDepth, operands, output), tiles * slices, TTile.Side * TTile.Side);
    }

    private static bool IsSame(in Tensor a, in Tensor b) =>
        !b.IsNone && a.Buffer == b.Buffer && a.Offset == b.Offset;
}
