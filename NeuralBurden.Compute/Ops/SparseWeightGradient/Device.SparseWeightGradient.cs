using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// dW [rows, columns] = dY^T X at the kept weights of <paramref name="w"/>, 0 elsewhere, with dY [M, rows] and X
    /// [M, columns]: the sampled product (SDDMM). Nothing may overlap. Deterministic; sums tokens in another order
    /// than <see cref="Gemm"/>, so that the last bits differ from it.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void SparseWeightGradient(in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dw)
    {
        const string op = "SparseWeightGradient";
        RequireHere(op, w);
        Require.Rank(this, op, "dy", dy, 2);
        int m = dy.Shape[0];
        Require.Floats(this, op, "dy", dy, new Shape(m, w.Rows));
        Require.Floats(this, op, "x", x, new Shape(m, w.Columns));
        Require.Floats(this, op, "dw", dw, new Shape(w.Rows, w.Columns));
        Require.Disjoint(op, "dy", dy, "dw", dw);
        Require.Disjoint(op, "x", x, "dw", dw);
        if (dw.Count > 0) SparseWeightGradientCore(m, dy, x, w, dw);
    }

    protected virtual void SparseWeightGradientCore(int m, in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dw)
    {
        Gemm(GemmForm.TN, dy, x, dw);
        ApplyMask(dw, w.Bits, dw);
    }
}
