using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// Finds the drivers' libraries. ILGPU asks for names without a version ("OpenCL", "cuda"), which on Linux
/// exist only with development packages installed, and for cuBLAS 10 to 12 only.
/// </summary>
internal static class NativeLibraries
{
    private static readonly Lazy<bool> Registration = new(Register);

    /// <summary>To be called before ILGPU touches a driver; repeated calls do nothing.</summary>
    public static void Prepare() => _ = Registration.Value;

    public static bool HasCuda => Refusal(CudaLibrary) is null;

    public static bool HasOpenCl => OperatingSystem.IsMacOS() || Refusal(OpenClLibrary) is null;

    public static string CudaLibrary => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    public static string OpenClLibrary => OperatingSystem.IsWindows() ? "OpenCL.dll" : "libOpenCL.so.1";

    /// <summary>
    /// Null where a library can be loaded. Else "not on this machine", or the loader's own words where it is there: a
    /// library that it needs is missing, or it is for another machine.
    /// </summary>
    public static string? Refusal(string name)
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(name));
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // The runtime's own advice is the first line, the loader's words follow.
            string[] lines = e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string words = lines.Length > 1 ? string.Join("; ", lines[1..]) : e.Message;
            bool isAbsent = words.StartsWith($"{name}: ", StringComparison.Ordinal) && !File.Exists(name);
            return isAbsent ? "not on this machine" : $"on this machine, but does not load: {words}";
        }
    }

    /// <summary>A function of the NVIDIA driver, for as long as the process runs; null where there is none.</summary>
    public static TFunction? CudaFunction<TFunction>(string name)
        where TFunction : Delegate =>
        NativeLibrary.TryLoad(CudaLibrary, out nint library) ? Function<TFunction>(library, name) : null;

    /// <summary>
    /// Why the NVIDIA driver does not start, such as after an update without a restart; null where it does, or
    /// has no GPU. ILGPU lists no devices in either case.
    /// </summary>
    public static string? CudaFailure()
    {
        const int success = 0, noDevice = 100;
        nint library = NativeLibrary.Load(CudaLibrary);
        try
        {
            var initialize = Function<CudaInitialize>(library, "cuInit");
            var describe = Function<CudaErrorText>(library, "cuGetErrorString");
            if (initialize is null || describe is null) return $"{CudaLibrary} is no NVIDIA driver";
            int error = initialize(0);
            if (error is success or noDevice) return null;
            string? text = describe(error, out nint address) == success
                ? Marshal.PtrToStringAnsi(address)
                : null;
            return $"the NVIDIA driver does not start: {text ?? "unknown error"} (CUDA error {error})";
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    private static TFunction? Function<TFunction>(nint library, string name)
        where TFunction : Delegate =>
        NativeLibrary.TryGetExport(library, name, out nint address)
            ? Marshal.GetDelegateForFunctionPointer<TFunction>(address)
            : null;

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

    private delegate int CudaInitialize(uint flags);

    private delegate int CudaErrorText(int error, out nint text);
}
