namespace NeuralBurden.Compute.GpuParts;

internal interface IBinaryFunction
{
    static abstract float Invoke(float x, float y);
}
