namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// A kernel and its arguments: a struct of views and numbers, run once by every thread of a launch. Local
/// names in kernels: t the thread in its group, m rows, n columns, k the summed dimension, b images, c
/// channels. A struct among the arguments begins with a view and comes last, or before a view. ILGPU confuses
/// types that differ only in padding, so arguments must lie where they would without nested structs.
/// </summary>
internal interface IKernel
{
    void Execute();

    /// <summary>
    /// Threads of a group, and groups that a multiprocessor should have registers for; zeros where the assembler's own choice is
    /// right.
    /// </summary>
    static virtual (int Threads, int Groups) Residence => default;
}
