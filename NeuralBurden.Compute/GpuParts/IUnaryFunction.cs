namespace NeuralBurden.Compute.GpuParts;

internal interface IUnaryFunction
{
    static abstract float Invoke(float x);
}
