using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Gelu;

/// <summary>y = gelu(x), element by element (erf form). y may be x.</summary>
/// <exception cref="ArgumentException">The shapes differ.</exception>
public readonly record struct GeluArguments(Tensor X, Tensor Y)
{
    internal bool Check(Require require)
    {
        require.Floats(X);
        require.Floats(Y, X.Shape);
        return X.Count > 0;
    }
}

/// <summary>dx = dy * gelu'(x), element by element. dx may be dy or x.</summary>
/// <exception cref="ArgumentException">The shapes differ.</exception>
public readonly record struct GeluBackwardArguments(Tensor Dy, Tensor X, Tensor Dx)
{
    internal bool Check(Require require)
    {
        require.Floats(X);
        require.Floats(Dy, X.Shape);
        require.Floats(Dx, X.Shape);
        return X.Count > 0;
    }
}
