using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>y[i] = f(x[i]).</summary>
internal readonly struct Map<TFunction>(ArrayView<float> x, ArrayView<float> y) : IElementOp
    where TFunction : struct, IUnaryFunction
{
    public void At(int index) => y[index] = TFunction.Invoke(x[index]);
}
