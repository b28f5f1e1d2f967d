using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// C = epilogue(op(A) op(B)), or C += op(A) op(B) with <paramref name="accumulate"/>. Shapes: see
    /// <see cref="GemmForm"/>; c [M, N]. K = 0 gives P = 0. c overlaps neither a nor b; it may be the residual of
    /// <see cref="GemmEpilogue.BiasResidual"/>. Deterministic: the order of summation depends on the shape alone.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Shapes that do not fit, overlap, or <paramref name="accumulate"/> together with an epilogue.
    /// </exception>
    public void Gemm(
        GemmForm form, in Tensor a, in Tensor b, in Tensor c, in GemmEpilogue epilogue = default, bool accumulate = false)
    {
        const string op = "Gemm";
        Require.Rank(this, op, "c", c, 2);
        int m = c.Shape[0], n = c.Shape[1];
        Require.Rank(this, op, "a", a, 2);
        bool transposeA = form is GemmForm.TN or GemmForm.TT, transposeB = form is GemmForm.NT or GemmForm.TT;
        int k = a.Shape[transposeA ? 0 : 1];
        Require.Floats(this, op, "a", a, transposeA ? new Shape(k, m) : new Shape(m, k));
        Require.Floats(this, op, "b", b, transposeB ? new Shape(n, k) : new Shape(k, n));
        Require.Disjoint(op, "a", a, "c", c);
        Require.Disjoint(op, "b", b, "c", c);
        Require.That(!accumulate || epilogue.Kind == EpilogueKind.None, op, "an epilogue cannot accumulate");
        if (epilogue.Kind is EpilogueKind.Bias or EpilogueKind.BiasGelu or EpilogueKind.BiasResidual)
            Require.Floats(this, op, "bias", epilogue.Bias, new Shape(n));
        if (epilogue.Kind is EpilogueKind.BiasGelu or EpilogueKind.BiasResidual or EpilogueKind.GeluGradient)
            Require.Floats(this, op, "auxiliary", epilogue.Auxiliary, c.Shape);
        if (c.Count > 0) GemmCore(form, m, n, k, a, b, c, epilogue, accumulate);
    }

    protected abstract void GemmCore(
        GemmForm form, int m, int n, int k, in Tensor a, in Tensor b, in Tensor c, in GemmEpilogue epilogue, bool accumulate);
}
