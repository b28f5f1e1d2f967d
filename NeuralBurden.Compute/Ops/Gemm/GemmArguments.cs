using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// C = epilogue(op(A) op(B)), or C += op(A) op(B) with <paramref name="Accumulate"/>. Shapes: see
/// <see cref="GemmForm"/>; c [M, N]. K = 0 gives P = 0. c overlaps neither a nor b; it may be the residual of
/// <see cref="GemmEpilogue.BiasResidual"/>. Deterministic: the order of summation depends on the shape alone.
/// </summary>
/// <exception cref="ArgumentException">
/// Shapes that do not fit, overlap, or <paramref name="Accumulate"/> together with an epilogue.
/// </exception>
public readonly record struct GemmArguments(
    GemmForm Form, Tensor A, Tensor B, Tensor C, GemmEpilogue Epilogue = default, bool Accumulate = false)
{
    /// <summary>B of <see cref="GemmForm.NT"/> as the device keeps it for many products, or null; changes no result.</summary>
    public PackedMatrix? Packed { get; init; }

    internal (int M, int N, int K) Extents => (C.Shape[0], C.Shape[1], A.Shape[TransposeA ? 0 : 1]);

    internal bool TransposeA => Form is GemmForm.TN or GemmForm.TT;

    internal bool TransposeB => Form is GemmForm.NT or GemmForm.TT;

    internal bool Check(Require require)
    {
        require.Rank(C, 2);
        require.Rank(A, 2);
        var (m, n, k) = Extents;
        require.Floats(A, TransposeA ? new Shape(k, m) : new Shape(m, k));
        require.Floats(B, TransposeB ? new Shape(n, k) : new Shape(k, n));
        require.Disjoint(A, C);
        require.Disjoint(B, C);
        require.That(Packed is null || (Form == GemmForm.NT && Packed.IsOf(B)), "what is packed is not B of a product NT");
        require.That(!Accumulate || Epilogue.Kind == EpilogueKind.None, "an epilogue cannot accumulate");
        Epilogue.Check(require, C.Shape);
        return C.Count > 0;
    }
}
