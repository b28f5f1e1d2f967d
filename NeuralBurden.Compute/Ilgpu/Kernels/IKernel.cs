namespace NeuralBurden.Compute.Ilgpu.Kernels;

/// <summary>
/// A kernel and its arguments: a struct of views and numbers, run once by every thread of a launch. Local
/// names in kernels: t the thread in its group, m rows, n columns, k the summed dimension, b images, c
/// channels.
/// </summary>
internal interface IKernel
{
    void Execute();
}
