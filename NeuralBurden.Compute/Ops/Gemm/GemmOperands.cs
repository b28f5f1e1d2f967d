namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>The factors of a product as kernels see them.</summary>
internal unsafe struct GemmOperands
{
    public int M;
    public int N;
    public int K;

    /// <summary>op(A)[i, p] = A[i * ARow + p * AStep].</summary>
    public float* A;
    public nint ARow;
    public nint AStep;

    /// <summary>
    /// Where not 0, A lies in token tiles this far apart: op(A)[i, p] = A[p / ARow * ATile + i * ARow + p % ARow].
    /// </summary>
    public nint ATile;

    /// <summary>op(B)[p, j] = B[p * BStride + j], or B[j * BStride + p] where transposed.</summary>
    public float* B;
    public nint BStride;
    public bool TransposeB;
}
