using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>Products whose factors are rounded, see <see cref="DeviceOptions.Precision"/>.</summary>
public sealed partial class IlgpuDevice
{
    private void LaunchWarpTiles<TTile>(
        in GemmInputs operands, in GemmOutput output, int slices, int sliceDepth, bool quads)
        where TTile : struct, IWarpTile
    {
        int groups = GroupsOf<TTile>(operands, slices);
        if (quads) LaunchWarpTiles<TTile, Quads>(operands, output, sliceDepth, groups);
        else LaunchWarpTiles<TTile, Words>(operands, output, sliceDepth, groups);
    }

    private void LaunchWarpTiles<TTile, TAccess>(
        in GemmInputs operands, in GemmOutput output, int sliceDepth, int groups)
        where TTile : struct, IWarpTile
        where TAccess : struct, IAccess
    {
        if (_precision == ProductPrecision.Tf32) LaunchWarpTiles<TTile, TAccess, Tf32>(operands, output, sliceDepth, groups);
        else LaunchWarpTiles<TTile, TAccess, Bf16>(operands, output, sliceDepth, groups);
    }

    private void LaunchWarpTiles<TTile, TAccess, TFormat>(
        in GemmInputs operands, in GemmOutput output, int sliceDepth, int groups)
        where TTile : struct, IWarpTile
        where TAccess : struct, IAccess
        where TFormat : struct, IWarpFormat
    {
        int threads = TTile.Side * TTile.Side;
        if (operands.KeptPanels > 0)
            Launch(new GemmWarpTile<TTile, TAccess, KeptPanels, TFormat>(sliceDepth, operands, output), groups, threads);
        else if (output.Sums != 0)
            Launch(new GemmWarpTile<TTile, TAccess, SummedPanels, TFormat>(sliceDepth, operands, output), groups, threads);
        else
            Launch(new GemmWarpTile<TTile, TAccess, EveryPanel, TFormat>(sliceDepth, operands, output), groups, threads);
    }
}
