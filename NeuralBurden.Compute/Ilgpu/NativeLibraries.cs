using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace NeuralBurden.Compute.Ilgpu;

/// <summary>
/// Finds the drivers' libraries. ILGPU asks for names without a version ("OpenCL", "cuda"), which on Linux
/// exist only with development packages installed, and for cuBLAS 10 to 12 only.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lazy<bool> Registration = new(Register);

    /// <summary>To be called before ILGPU touches a driver; repeated calls do nothing.</summary>
    public static void Prepare() => _ = Registration.Value;

    public static bool HasCuda => CanLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1");

    public static bool HasOpenCl => OperatingSystem.IsMacOS()
        || CanLoad(OperatingSystem.IsWindows() ? "OpenCL.dll" : "libOpenCL.so.1");

    private static bool Register()
    {
        foreach (var assembly in (Assembly[])[typeof(Context).Assembly, typeof(CuBlas).Assembly])
            NativeLibrary.SetDllImportResolver(assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (string candidate in CandidatesFor(name))
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint handle)) return handle;
        }

        return 0;
    }

    private static IEnumerable<string> CandidatesFor(string name)
    {
        yield return name;
        if (name == "OpenCL") yield return "libOpenCL.so.1";
        if (name == "cuda") yield return "libcuda.so.1";

        // cuBLAS 13 keeps the functions of 12 that ILGPU calls.
        if (name == "libcublas.so.12") yield return "libcublas.so.13";
        if (name == "cublas64_12.dll") yield return "cublas64_13.dll";
    }

    private static bool CanLoad(string name)
    {
        if (!NativeLibrary.TryLoad(name, out nint handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }
}
