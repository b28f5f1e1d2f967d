using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Enough groups to fill any GPU; beyond that a thread does several elements.
    private const int MaxGroups = 1 << 16;

    private void Each<TOp>(in TOp op, long n)
        where TOp : struct, IElementOp
    {
        if (n == 0) return;
        int groups = (int)Math.Min((n + _sizes.Threads - 1) / _sizes.Threads, MaxGroups);
        Launch(new Each<TOp>(checked((int)n), op), groups, _sizes.Threads);
    }

    /// <summary>Launches a kernel whose group does Threads / Lanes rows.</summary>
    private void Rows<TKernel>(in TKernel kernel, int rows)
        where TKernel : struct, IKernel =>
        Launch(kernel, CeilingOf(rows, _sizes.Threads / _sizes.Lanes), _sizes.Threads);

    private static int CeilingOf(int count, int size) => (int)(((long)count + size - 1) / size);

    // Kernel arguments are blittable, and a bool is not.
    private static int Flag(bool value) => value ? 1 : 0;
}
