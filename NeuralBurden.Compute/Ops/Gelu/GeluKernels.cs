using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Gelu;

internal readonly struct GeluOperator : IUnaryFunction
{
    public static float Invoke(float x) => Normal.Gelu(x);
}

internal readonly struct GeluGradientOperator : IBinaryFunction
{
    public static float Invoke(float dy, float x) => dy * Normal.GeluDerivative(x);
}
