namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>Which operands are stored transposed: the first letter is A's, the second B's; T is transposed.</summary>
public enum GemmForm
{
    /// <summary>A [M, K], B [K, N]: the input gradient dX = dY W.</summary>
    NN,

    /// <summary>A [M, K], B [N, K]: the forward product Y = X W^T.</summary>
    NT,

    /// <summary>A [K, M], B [K, N]: the weight gradient dW = dY^T X.</summary>
    TN,

    /// <summary>A [K, M], B [N, K].</summary>
    TT,
}
