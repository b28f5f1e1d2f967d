using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Whether sparse products touch only kept weights here. If not, sparse ops are there all the same, and compute
    /// with the masked dense matrix.
    /// </summary>
    public virtual bool SupportsSparse => false;

    /// <summary>
    /// <see cref="GemmForm.NT"/>: y [M, rows] = epilogue(x [M, columns] W^T), the forward product;
    /// <see cref="GemmForm.NN"/>: y [M, columns] = epilogue(x [M, rows] W), the input gradient. Aliasing and the order
    /// of summation are those of <see cref="Gemm"/>, and so is every bit of the result on a CPU, but for the sign of
    /// zeros and non-finite inputs: those reach only outputs that keep a weight for them.
    /// </summary>
    /// <exception cref="ArgumentException">Another form, shapes that do not fit, or overlap.</exception>
    public void SparseGemm(
        GemmForm form, in Tensor x, SparseMatrix w, in Tensor y, in GemmEpilogue epilogue = default)
    {
        const string op = "SparseGemm";
        if (form is not (GemmForm.NT or GemmForm.NN))
            throw new ArgumentException($"{op}: form {form}; allowed NT and NN", nameof(form));
        RequireHere(op, w);
        Require.Rank(this, op, "x", x, 2);
        int m = x.Shape[0], n = form == GemmForm.NT ? w.Rows : w.Columns;
        Require.Floats(this, op, "x", x, new Shape(m, form == GemmForm.NT ? w.Columns : w.Rows));
        Require.Floats(this, op, "y", y, new Shape(m, n));
        Require.Disjoint(op, "x", x, "y", y);
        if (epilogue.Kind is EpilogueKind.Bias or EpilogueKind.BiasGelu or EpilogueKind.BiasResidual)
            Require.Floats(this, op, "bias", epilogue.Bias, new Shape(n));
        if (epilogue.Kind is EpilogueKind.BiasGelu or EpilogueKind.BiasResidual or EpilogueKind.GeluGradient)
            Require.Floats(this, op, "auxiliary", epilogue.Auxiliary, y.Shape);
        if (y.Count > 0) SparseGemmCore(form, m, x, w, y, epilogue);
    }

    protected virtual void SparseGemmCore(
        GemmForm form, int m, in Tensor x, SparseMatrix w, in Tensor y, in GemmEpilogue epilogue) =>
        Gemm(form, x, w.Dense, y, epilogue);

    // A message is composed only where it is needed: a passed check allocates nothing.
    private void RequireHere(string op, SparseMatrix w)
    {
        if (w.Device != this) throw new ArgumentException($"{op}: 'w' lives on '{w.Device.Id}'", nameof(w));
    }
}
