using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Bench.Blas;

/// <summary>A CBLAS library, loaded to be compared with; no result of the program ever comes from it.</summary>
public sealed unsafe class OpenBlas : IDisposable
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    // Kernels without AVX2, as the library names them.
    private static readonly string[] OldKernels =
        ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Sandybridge", "Atom", "Opteron", "Barcelona", "Bulldozer"];

    private readonly nint _library;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>
        _sgemm;

    private readonly delegate* unmanaged<int, void> _setThreads;

    /// <param name="path">File or name of the library, such as <c>libopenblas.so.0</c>.</param>
    /// <exception cref="InvalidDataException">It cannot be loaded or has no <c>cblas_sgemm</c>.</exception>
    public OpenBlas(string path)
    {
        if (!NativeLibrary.TryLoad(path, out _library))
            throw new InvalidDataException($"'{path}' is no library that can be loaded (OpenBLAS: libopenblas.so.0)");
        if (!NativeLibrary.TryGetExport(_library, "cblas_sgemm", out nint sgemm))
        {
            NativeLibrary.Free(_library);
            throw new InvalidDataException($"'{path}' has no cblas_sgemm");
        }

        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            sgemm;
        if (NativeLibrary.TryGetExport(_library, "openblas_set_num_threads", out nint threads))
            _setThreads = (delegate* unmanaged<int, void>)threads;
        Version = NativeLibrary.TryGetExport(_library, "openblas_get_config", out nint config)
            ? Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)config)())?.Trim() ?? path
            : path;
    }

    /// <summary>What the library calls itself: version, threading, kernel.</summary>
    public string Version { get; }

    /// <summary>
    /// What to do about a library that does not know this processor and computes with kernels of an older one, which is
    /// no fair opponent; null where it uses the machine's vectors.
    /// </summary>
    public string? Handicap
    {
        get
        {
            bool isOld = OldKernels.Any(k => Version.Contains($" {k} ", StringComparison.OrdinalIgnoreCase));
            if (!isOld || !Avx2.IsSupported) return null;
            string better = Avx512F.IsSupported ? "SKYLAKEX" : "HASWELL";
            return $"this OpenBLAS takes the processor for an older one ({Version}); "
                + $"for a fair comparison start again with OPENBLAS_CORETYPE={better}";
        }
    }

    /// <exception cref="NotSupportedException">The library has no way to set threads, and several are asked for.</exception>
    public void SetThreads(int threads)
    {
        if (_setThreads != null) _setThreads(threads);
        else if (threads != 1) throw new NotSupportedException($"{Version}: the number of threads cannot be set");
    }

    /// <summary>C [m, n] = scale op(A) op(B), row-major with the given row strides.</summary>
    internal void Sgemm(
        GemmForm form, int m, int n, int k, float scale, float* a, int lda, float* b, int ldb, float* c, int ldc) =>
        _sgemm(
            RowMajor,
            form is GemmForm.TN or GemmForm.TT ? Transpose : NoTranspose,
            form is GemmForm.NT or GemmForm.TT ? Transpose : NoTranspose,
            m,
            n,
            k,
            scale,
            a,
            lda,
            b,
            ldb,
            0,
            c,
            ldc);

    public void Dispose() => NativeLibrary.Free(_library);
}
