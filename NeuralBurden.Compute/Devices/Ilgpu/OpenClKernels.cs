using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.IR.Types;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// Kernels in OpenCL C, with four corrections to what ILGPU writes. Its barriers order global memory only,
/// while the kernels exchange data through local memory; it writes a product and the sum that it goes into as
/// two statements, which a compiler fuses only where it is told to; it loses the NaN of comparisons (see
/// <see cref="UnorderedComparisons"/>); and four floats in a struct are to it as aligned as one, so that they
/// would be read one or two at a time.
/// </summary>
internal static partial class OpenClKernels
{
    // For Clang and what is built on it, which most drivers are; others ignore it.
    private const string FuseAcrossStatements = "#pragma clang fp contract(fast)\n";

    private const string GlobalFence = "( CLK_GLOBAL_MEM_FENCE )";

    private const string BothFences = "( CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE )";

    // Float4, which is nowhere but in shared memory of its own and where Quads finds it.
    private const string AlignedAsQuad = "__attribute__((aligned(16)))";

    public static CLCompiledKernel Compile<TKernel>(CLBackend backend)
        where TKernel : struct, IKernel
    {
        // A view among the kernel's arguments is two fields: which buffer, and where in it.
        const int fieldsPerView = 2;
        var description = EntryPointDescription.FromExplicitlyGroupedKernel(
            ((Action<TKernel>)KernelEntry.Run).Method);
        var compiled = (CLCompiledKernel)backend.Compile(description, default, new UnorderedComparisons());
        using var types = new TypeInformationManager();
        return new CLCompiledKernel(
            compiled.Context,
            new SeparateViewEntryPoint(description, default, default, types, fieldsPerView),
            compiled.Info,
            FuseAcrossStatements + Quad().Replace(compiled.Source, $"$1 {AlignedAsQuad}")
                .Replace(GlobalFence, BothFences, StringComparison.Ordinal),
            compiled.CVersion);
    }

    public static Action<AcceleratorStream, KernelConfig, TKernel> Load<TKernel>(CLAccelerator accelerator)
        where TKernel : struct, IKernel =>
        accelerator.LoadKernel(Compile<TKernel>(accelerator.Backend))
            .CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, TKernel>>();

    [GeneratedRegex(@"(struct \w+\s+\{(?:\s+float \w+;){4}\s+\})")]
    private static partial Regex Quad();
}
