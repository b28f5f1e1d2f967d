using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>z[i] = f(x[i], y[i]).</summary>
internal readonly struct MapPairs<TFunction>(
    ArrayView<float> x, ArrayView<float> y, ArrayView<float> z) : IElementOp
    where TFunction : struct, IBinaryFunction
{
    public void At(int index) => z[index] = TFunction.Invoke(x[index], y[index]);
}
