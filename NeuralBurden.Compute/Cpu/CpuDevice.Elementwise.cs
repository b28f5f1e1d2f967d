namespace NeuralBurden.Compute.Cpu;

public unsafe partial class CpuDevice
{
    private void Elementwise<TOperator>(TOperator @operator, long count)
        where TOperator : unmanaged, IElementwise =>
        Parallel(
            new ElementwiseJob<TOperator>(@operator, count), PartsOf(count, ElementwiseJob<TOperator>.Grain));
}
