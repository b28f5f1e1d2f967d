using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Backward of y = x W^T + b over kept weights: dX [M, columns] = dY W, dW [rows, columns] = dY^T X, and db [rows], the
    /// column sums of dY; all overwritten, and bit by bit what <see cref="SparseGemm"/>, <see cref="SparseWeightGradient"/>
    /// or <see cref="Gemm"/>, and <see cref="ColumnSum"/> compute. Nothing may overlap.
    /// </summary>
    /// <param name="dy">[M, rows].</param>
    /// <param name="x">[M, columns].</param>
    /// <param name="w">The weights.</param>
    /// <param name="dx">[M, columns].</param>
    /// <param name="dw">[rows, columns].</param>
    /// <param name="sampled">Whether only kept weights need a gradient; the others get 0.</param>
    /// <param name="dbias">[rows].</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void SparseLinearBackward(
        in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dx, in Tensor dw, bool sampled, in Tensor dbias)
    {
        const string op = "SparseLinearBackward";
        RequireHere(op, w);
        Require.Rank(this, op, "dy", dy, 2);
        int m = dy.Shape[0];
        Require.Floats(this, op, "dy", dy, new Shape(m, w.Rows));
        Require.Floats(this, op, "x", x, new Shape(m, w.Columns));
        Require.Floats(this, op, "dx", dx, x.Shape);
        Require.Floats(this, op, "dw", dw, w.Dense.Shape);
        Require.Floats(this, op, "dbias", dbias, new Shape(w.Rows));
        Require.Disjoint(op, "dy", dy, "dx", dx);
        Require.Disjoint(op, "x", x, "dx", dx);
        Require.Disjoint(op, "x", x, "dw", dw);
        Require.Disjoint(op, "dy", dy, "dw", dw);
        if (dw.Count > 0) SparseLinearBackwardCore(m, dy, x, w, dx, dw, sampled, dbias);
    }

    protected virtual void SparseLinearBackwardCore(
        int m, in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dx, in Tensor dw, bool sampled, in Tensor dbias)
    {
        if (sampled) SparseWeightGradient(dy, x, w, dw);
        else Gemm(GemmForm.TN, dy, x, dw);
        ColumnSum(dy, dbias);
        SparseGemm(GemmForm.NN, dy, w, dx);
    }
}
