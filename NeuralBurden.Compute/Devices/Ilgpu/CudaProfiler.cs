using System.Runtime.InteropServices;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// The driver's sign to a profiler: <c>cuProfilerStart</c> and <c>cuProfilerStop</c>, which do nothing where none waits
/// for it. A driver without them is no failure: nothing but a profiler depends on it.
/// </summary>
internal static class CudaProfiler
{
    private static readonly Lazy<Sign?> Starting = new(() => NativeLibraries.CudaFunction<Sign>("cuProfilerStart"));

    private static readonly Lazy<Sign?> Stopping = new(() => NativeLibraries.CudaFunction<Sign>("cuProfilerStop"));

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int Sign();

    /// <summary>In the context that is current.</summary>
    public static void Start() => Starting.Value?.Invoke();

    /// <inheritdoc cref="Start"/>
    public static void Stop() => Stopping.Value?.Invoke();
}
