using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// The driver of all elementwise ops: index i of [0, n) by thread i, i + threads, ... of the grid.
/// </summary>
internal readonly struct Each<TOp>(int n, TOp op) : IKernel
    where TOp : struct, IElementOp
{
    public void Execute()
    {
        int stride = Grid.DimX * Group.DimX;
        for (int i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < n; i += stride) op.At(i);
    }
}
