using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// Kernels in PTX, with one correction to what ILGPU writes. It marks branches as uniform whose condition differs
/// between the threads of a warp: a count that one thread took more often than another it takes for the same in
/// both. PTX does not define what such a branch does; without the mark every branch is right.
/// </summary>
internal static class PtxKernels
{
    // Of branches, jumps by a table and returns.
    private const string UniformMark = ".uni";

    public static PTXCompiledKernel Compile<TKernel>(PTXBackend backend)
        where TKernel : struct, IKernel
    {
        var description = EntryPointDescription.FromExplicitlyGroupedKernel(
            ((Action<TKernel>)KernelEntry.Run).Method);
        var (threads, groups) = TKernel.Residence;
        var residence = threads == 0 ? default : new KernelSpecialization(threads, groups);
        var compiled = (PTXCompiledKernel)backend.Compile(description, residence);
        return NewKernel(
            compiled.Context,
            EntryPointOf(compiled),
            compiled.Info,
            compiled.PTXAssembly.Replace(UniformMark, "", StringComparison.Ordinal));
    }

    public static Action<AcceleratorStream, KernelConfig, TKernel> Load<TKernel>(CudaAccelerator accelerator)
        where TKernel : struct, IKernel =>
        accelerator.LoadKernel(Compile<TKernel>(accelerator.Backend))
            .CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, TKernel>>();

    // Both internal in ILGPU, whose version is fixed.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel NewKernel(
        Context context, EntryPoint entryPoint, CompiledKernel.KernelInfo? info, string assembly);
}
