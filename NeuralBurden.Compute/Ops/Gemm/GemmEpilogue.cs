using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Gemm;

public enum EpilogueKind
{
    None,
    Bias,
    BiasGelu,
    BiasResidual,
    GeluGradient,
}

/// <summary>What happens to a product P = op(A) op(B) while it is still in registers or cache.</summary>
public readonly struct GemmEpilogue
{
    private GemmEpilogue(EpilogueKind kind, Tensor bias, Tensor auxiliary)
    {
        (Kind, Bias, Auxiliary) = (kind, bias, auxiliary);
    }

    /// <summary>C = P.</summary>
    public static GemmEpilogue None => default;

    public EpilogueKind Kind { get; }

    /// <summary>[N], added to every row.</summary>
    public Tensor Bias { get; }

    /// <summary>[M, N]: pre-activation or residual, see the factory methods.</summary>
    public Tensor Auxiliary { get; }

    /// <summary>C = P + bias.</summary>
    public static GemmEpilogue AddBias(in Tensor bias) => new(EpilogueKind.Bias, bias, default);

    /// <summary>Z = P + bias is written to <paramref name="preActivation"/>, C = gelu(Z).</summary>
    public static GemmEpilogue BiasGelu(in Tensor bias, in Tensor preActivation) =>
        new(EpilogueKind.BiasGelu, bias, preActivation);

    /// <summary>C = P + bias + residual; C may be the residual itself.</summary>
    public static GemmEpilogue BiasResidual(in Tensor bias, in Tensor residual) =>
        new(EpilogueKind.BiasResidual, bias, residual);

    internal void Check(Require require, Shape c)
    {
        if (Kind is EpilogueKind.Bias or EpilogueKind.BiasGelu or EpilogueKind.BiasResidual)
            require.Floats(Bias, new Shape(c[1]));
        if (Kind is EpilogueKind.BiasGelu or EpilogueKind.BiasResidual or EpilogueKind.GeluGradient)
            require.Floats(Auxiliary, c);
    }

    /// <summary>C = P * gelu'(Z), element by element, with Z read from <paramref name="preActivation"/>.</summary>
    public static GemmEpilogue GeluGradient(in Tensor preActivation) =>
        new(EpilogueKind.GeluGradient, default, preActivation);
}
