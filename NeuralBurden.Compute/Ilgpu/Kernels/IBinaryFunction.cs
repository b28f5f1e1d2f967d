namespace NeuralBurden.Compute.Ilgpu.Kernels;

internal interface IBinaryFunction
{
    static abstract float Invoke(float x, float y);
}
