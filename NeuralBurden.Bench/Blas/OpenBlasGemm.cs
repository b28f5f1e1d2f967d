using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Bench.Blas;

/// <summary>OpenBLAS on the arguments of a GEMM case; its result must agree with the reference as ours must.</summary>
internal sealed unsafe class OpenBlasGemm(
    OpenBlas library, OpContract contract, OpCase opCase, GemmForm form, int m, int n, int k, float[] expected) : IMeasured
{
    private readonly float[] _a = opCase.Arguments[0].Floats;
    private readonly float[] _b = opCase.Arguments[1].Floats;
    private readonly float[] _c = GC.AllocateArray<float>(m * n, pinned: true);

    public string Name => "OpenBLAS";

    public string? Check()
    {
        Run();
        string? difference = contract.Tolerance.Compare(expected, _c);
        return difference is null ? null : $"OpenBLAS {form} {m} x {n} x {k}: {difference}";
    }

    public void Run()
    {
        fixed (float* a = _a, b = _b, c = _c)
        {
            int lda = form is GemmForm.TN or GemmForm.TT ? m : k, ldb = form is GemmForm.NT or GemmForm.TT ? k : n;
            library.Sgemm(form, m, n, k, 1, a, lda, b, ldb, c, n);
        }
    }

    public void Complete()
    {
    }
}
