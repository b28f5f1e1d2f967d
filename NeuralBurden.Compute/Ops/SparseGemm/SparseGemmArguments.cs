using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>
/// <see cref="GemmForm.NT"/>: y [M, rows] = epilogue(x [M, columns] W^T), the forward product;
/// <see cref="GemmForm.NN"/>: y [M, columns] = epilogue(x [M, rows] W), the input gradient. Aliasing and the order
/// of summation are those of <c>Gemm</c>, and so is every bit of the result on a CPU, but for the sign of
/// zeros and non-finite inputs: those reach only outputs that keep a weight for them.
/// </summary>
/// <exception cref="ArgumentException">Another form, shapes that do not fit, or overlap.</exception>
public readonly record struct SparseGemmArguments(
    GemmForm Form, Tensor X, SparseMatrix W, Tensor Y, GemmEpilogue Epilogue = default)
{
    internal int M => X.Shape[0];

    internal bool Check(Require require)
    {
        if (Form is not (GemmForm.NT or GemmForm.NN))
            throw new ArgumentException($"SparseGemm: Form {Form}; allowed NT and NN", nameof(Form));
        require.Floats(W.Dense);
        require.Rank(X, 2);
        int m = M;
        int n = Form == GemmForm.NT ? W.Rows : W.Columns;
        require.Floats(X, new Shape(m, Form == GemmForm.NT ? W.Columns : W.Rows));
        require.Floats(Y, new Shape(m, n));
        require.Disjoint(X, Y);
        Epilogue.Check(require, Y.Shape);
        return Y.Count > 0;
    }
}
