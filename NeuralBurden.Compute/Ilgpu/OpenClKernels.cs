using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.IR.Types;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using NeuralBurden.Compute.Ilgpu.Kernels;

namespace NeuralBurden.Compute.Ilgpu;

/// <summary>
/// Loads kernels for OpenCL from a corrected copy of the OpenCL C that ILGPU writes. ILGPU's barriers order
/// global memory only, while the kernels exchange data through local memory; and it writes a product and the
/// sum that it goes into as two statements, which a compiler may fuse only where it is told to.
/// </summary>
internal static class OpenClKernels
{
    // Unknown to compilers other than Clang's relatives, which ignore it.
    private const string FuseAcrossStatements = "#pragma clang fp contract(fast)\n";

    private const string GlobalFence = "( CLK_GLOBAL_MEM_FENCE )";

    private const string BothFences = "( CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE )";

    public static string Correct(string source) =>
        FuseAcrossStatements + source.Replace(GlobalFence, BothFences, StringComparison.Ordinal);

    public static Action<AcceleratorStream, KernelConfig, TKernel> Load<TKernel>(CLAccelerator accelerator)
        where TKernel : struct, IKernel
    {
        // Fields of a view in a kernel's arguments: which buffer, and where in it.
        const int fieldsPerView = 2;
        var method = ((Action<TKernel>)KernelEntry.Run).Method;
        var description = EntryPointDescription.FromExplicitlyGroupedKernel(method);
        var compiled = (CLCompiledKernel)accelerator.Backend.Compile(description, default);
        using var types = new TypeInformationManager();
        var entry = new SeparateViewEntryPoint(description, default, default, types, fieldsPerView);
        return accelerator.LoadKernel(new CLCompiledKernel(
                compiled.Context, entry, compiled.Info, Correct(compiled.Source), compiled.CVersion))
            .CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, TKernel>>();
    }
}
