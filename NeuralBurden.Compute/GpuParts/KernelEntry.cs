namespace NeuralBurden.Compute.GpuParts;

/// <summary>The static method that ILGPU compiles, once per kernel type.</summary>
internal static class KernelEntry
{
    public static void Run<TKernel>(TKernel kernel)
        where TKernel : struct, IKernel =>
        kernel.Execute();
}
