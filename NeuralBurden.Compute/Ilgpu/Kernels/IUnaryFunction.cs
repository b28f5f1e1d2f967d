namespace NeuralBurden.Compute.Ilgpu.Kernels;

internal interface IUnaryFunction
{
    static abstract float Invoke(float x);
}
