using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    private void Elementwise<TOperator>(TOperator @operator, long count)
        where TOperator : unmanaged, IElementwise =>
        Parallel(
            new ElementwiseJob<TOperator>(@operator, count), PartsOf(count, ElementwiseJob<TOperator>.Grain));
}
