using ILGPU;
using ILGPU.Runtime.Cuda;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// Matrix products by cuBLAS, in float32, or with inputs rounded to TF32 where that was asked for.
/// </summary>
internal sealed class CuBlasProducts : IDisposable
{
    // CUBLAS_TF32_TENSOR_OP_MATH, which ILGPU's enumeration lacks.
    private const CuBlasMathMode Tf32Mode = (CuBlasMathMode)3;

    private readonly CuBlas _library;

    private CuBlasProducts(CuBlas library, string name) => (_library, Name) = (library, name);

    /// <summary>With version and arithmetic.</summary>
    public string Name { get; }

    /// <summary>
    /// Null where cuBLAS is not installed; <paramref name="report"/> says what will compute products.
    /// </summary>
    public static CuBlasProducts? TryCreate(CudaAccelerator accelerator, bool tf32, out string report)
    {
        try
        {
            var library = new CuBlas(accelerator);
            if (tf32) library.MathMode = Tf32Mode;
            report = $"cuBLAS {library.Version}, {(tf32 ? "TF32" : "float32")}";
            return new CuBlasProducts(library, report);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or CuBlasException
            or NotSupportedException or PlatformNotSupportedException)
        {
            string reason = e is DllNotFoundException ? "none of cuBLAS 10 to 13 is installed" : e.Message;
            report = $"no cuBLAS ({reason}); products by the program's own kernels";
            return null;
        }
    }

    /// <summary>
    /// C = op(A) op(B) + beta C, all row-major. cuBLAS is column-major: it computes C^T = op(B)^T op(A)^T
    /// from the same memory, so the operands change places and each keeps its transposition.
    /// </summary>
    public void Multiply(
        GemmForm form,
        int m,
        int n,
        int k,
        ArrayView<float> a,
        ArrayView<float> b,
        ArrayView<float> c,
        bool accumulate)
    {
        bool transposeA = form is GemmForm.TN or GemmForm.TT, transposeB = form is GemmForm.NT or GemmForm.TT;
        _library.Gemm(
            transposeB ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose,
            transposeA ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose,
            n,
            m,
            k,
            1,
            b,
            transposeB ? k : n,
            a,
            transposeA ? m : k,
            accumulate ? 1 : 0,
            c,
            n);
    }

    public void Dispose() => _library.Dispose();
}
