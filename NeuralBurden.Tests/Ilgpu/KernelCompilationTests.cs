using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NeuralBurden.Compute.Devices.Ilgpu;
using NeuralBurden.Compute.GpuParts;
using Xunit;
using Group = ILGPU.Group;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>
/// ILGPU translates every kernel for CUDA and OpenCL. This needs no GPU; what the driver makes of the
/// translation is for <see cref="IlgpuConformanceTests"/> on one.
/// </summary>
[Trait("Category", "Ilgpu")]
public partial class KernelCompilationTests
{
    // What a CUDA block may have without asking for more.
    private const int SharedBytes = 48 * 1024;

    private static readonly Lazy<Dictionary<Type, string>> Assemblies = new(CompileAll);

    private static readonly string? DumpFolder = NewDumpFolder();

    private static readonly Type[] Types = [.. typeof(IlgpuDevice).Assembly.GetTypes()];

    [Fact]
    public void Every_kernel_becomes_PTX_without_local_memory_and_fits_a_block()
    {
        foreach (var kernel in Kernels())
        {
            string assembly = AssemblyOf(kernel);
            Assert.Contains(".entry", assembly);

            // Accumulators that ILGPU puts into memory would make the tiled kernels many times slower.
            Assert.DoesNotContain(".local", assembly);
            AssertNoBitsOfIntsAsFloats(kernel, assembly);

            // Without an address space, a load has to find out what memory it reads.
            Assert.DoesNotMatch(GenericAccess(), assembly);

            // See PtxKernels.
            Assert.DoesNotContain(".uni", assembly);
            Dump(kernel, "ptx", assembly);
            DumpLoops(kernel, assembly);
            long shared = SharedArray().Matches(assembly).Sum(m => long.Parse(m.Groups[1].Value));
            Assert.True(shared <= SharedBytes, $"{kernel} declares {shared} bytes of shared memory");
        }
    }

    /// <summary>Shares of multiply-adds in the innermost loops with any, as <see cref="PtxLoops"/> counts them.</summary>
    [Theory]
    [InlineData("GemmTile", 0.89, 1)]
    [InlineData("AttentionTile", 0.64, 2)]
    [InlineData("QueryGradientTile", 0.64, 2)]
    [InlineData("KeyValueGradientTile", 0.61, 1)]
    public void Products_are_mostly_multiply_adds_in_their_inner_loops(string name, double share, int products)
    {
        var kernels = Kernels().Where(k => k.Name.StartsWith(name, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(kernels);
        foreach (var kernel in kernels)
        {
            // A loop over the keys of a row for one exponential each is no product.
            var loops = PtxLoops.InnermostOf(AssemblyOf(kernel)).Where(l => l.IsProduct && l.MultiplyAdds >= 16).ToList();
            Assert.Equal(products, loops.Count);
            Assert.All(loops, loop => Assert.True(loop.Share >= share, $"{NameOf(kernel)}: {loop}"));

            // Quads from shared memory, but for the scalar weights of a transposed square.
            Assert.All(loops, loop => Assert.True(loop.Loads * 3 <= loop.MultiplyAdds, $"{NameOf(kernel)}: {loop}"));
        }
    }

    /// <summary>
    /// 16 instructions for 64 x 32 elements and 8 steps of k, each with its registers: four sums, of float A four words, of
    /// bfloat16 two, of B half as many.
    /// </summary>
    [Fact]
    public void Products_with_rounded_factors_are_instructions_of_tensor_cores_and_no_others_are()
    {
        foreach (var kernel in Kernels())
        {
            string assembly = AssemblyOf(kernel);
            var formats = kernel.GetGenericArguments().Where(a => a.IsAssignableTo(typeof(IWarpFormat)));
            if (formats.SingleOrDefault() is not { } format)
            {
                Assert.DoesNotContain("mma.", assembly);
                continue;
            }

            bool isTf32 = format == typeof(Tf32);
            string name = isTf32 ? "tf32" : "bf16", a = isTf32 ? "(%r\\d+, ){3}%r\\d+" : "%r\\d+, %r\\d+";
            string b = isTf32 ? "%r\\d+, %r\\d+" : "%r\\d+", sums = "(%f\\d+, ){3}%f\\d+";
            string pattern = $@"mma\.sync\.aligned\.m16n8k8\.row\.col\.f32\.{name}\.{name}\.f32\s+"
                + $@"\{{{sums}\}}, \{{{a}\}}, \{{{b}\}}, \{{{sums}\}};";
            Assert.Equal(16, Regex.Count(assembly, pattern));
            Assert.Equal(16, Regex.Count(assembly, "mma\\."));
            string rounding = isTf32 ? "cvt.rna.tf32.f32" : "cvt.rn.bf16x2.f32";
            Assert.Equal(isTf32 ? 24 : 12, Regex.Count(assembly, Regex.Escape(rounding)));
        }
    }

    /// <summary>
    /// Each of sixteen lists: a quad of entries, staged or not, and a quad of rows for either of the two in it.
    /// </summary>
    [Fact]
    public void A_product_by_entries_reads_nothing_but_quads_in_its_inner_loops()
    {
        foreach (var kernel in Kernels().Where(k => k.Name.StartsWith("EntryTile", StringComparison.Ordinal)))
        {
            var loops = PtxLoops.InnermostOf(AssemblyOf(kernel)).Where(l => l.IsProduct).ToList();
            Assert.Equal(16, loops.Count);
            Assert.Equal(NameOf(kernel).Contains("Tile16"), AssemblyOf(kernel).Contains(".minnctapersm 2"));
            Assert.All(loops, loop => Assert.Equal((8, 4), (loop.MultiplyAdds, loop.Loads)));
            Assert.All(loops, loop => Assert.True(loop.Share >= 0.23, $"{NameOf(kernel)}: {loop}"));
        }
    }

    [Fact]
    public void Every_kernel_becomes_OpenCL_C_without_optional_features()
    {
        using var context = NewContext();
        using var backend = OpenClBackend(context);
        foreach (var kernel in Kernels().Where(k => !UsesTensorCores(k)))
        {
            string source = OpenClSourceOf(backend, kernel);
            Assert.Contains("kernel void", source);
            Assert.Equal(
                Barrier().Count(source), Barrier().Matches(source).Count(m => m.Value.Contains("CLK_LOCAL")));
            AssertNoBitsOfIntsAsFloats(kernel, source);
            Dump(kernel, "cl", source);
        }
    }

    [Fact]
    public void Four_words_that_are_moved_at_once_are_aligned_in_OpenCL_C()
    {
        using var context = NewContext();
        using var backend = OpenClBackend(context);
        foreach (var kernel in Kernels().Where(k => k.GetGenericArguments().Contains(typeof(Quads)) && !UsesTensorCores(k)))
            Assert.Contains("} __attribute__((aligned(16)));", OpenClSourceOf(backend, kernel));
    }

    [Fact]
    public void Comparisons_keep_in_OpenCL_C_what_they_mean_for_NaN()
    {
        using var context = NewContext();
        using var backend = OpenClBackend(context);
        Assert.Contains("isnan", OpenClKernels.Compile<Each<CountAbove>>(backend).Source);
    }

    [Fact]
    public void Shared_memory_that_the_emulation_fills_is_declared_and_nothing_more_for_a_GPU()
    {
        using var context = NewContext();
        using var ptx = new PTXBackend(context, CudaArchitecture.SM_50, CudaInstructionSet.ISA_60, null!);
        using var openCl = OpenClBackend(context);
        string filled = AssemblyOf(ptx, typeof(Reversed<ByGroupMemory>)), plain = AssemblyOf(ptx, typeof(Reversed<ByIlgpu>));
        Assert.Contains("st.shared", plain);
        Assert.Equal(Statements(plain), Statements(filled));
        filled = OpenClSourceOf(openCl, typeof(Reversed<ByGroupMemory>));
        plain = OpenClSourceOf(openCl, typeof(Reversed<ByIlgpu>));
        Assert.Contains("local float", plain);
        Assert.Equal(Statements(plain), Statements(filled));
    }

    /// <summary>See <see cref="IKernel"/>.</summary>
    [Fact]
    public void Arguments_of_kernels_lie_where_they_would_without_nested_structs()
    {
        foreach (var kernel in Kernels())
        {
            var nested = new List<int>();
            Place(kernel, 0, nested);
            Assert.True(nested.SequenceEqual(FlatOffsets(kernel)), $"{kernel}: a struct is followed by padding");
        }
    }

    [GeneratedRegex(@"\.shared .*\[(\d+)\]")]
    private static partial Regex SharedArray();

    [GeneratedRegex(@"\s(ld|st)\.[bfsu]\d")]
    private static partial Regex GenericAccess();

    [GeneratedRegex(@"barrier\s*\([^)]*\)")]
    private static partial Regex Barrier();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    // ILGPU writes the float that (float)(condition ? 1 : 0) becomes with the bits of the int: a denormal.
    [GeneratedRegex(@"\b0f0000[0-9A-F]{3}[1-9A-F]\b|\dE-4[0-9]")]
    private static partial Regex Denormal();

    // Numbers of registers, labels and variables differ from translation to translation, and so may the order.
    private static IEnumerable<string> Statements(string text) =>
        text.Split('\n').Select(line => Number().Replace(line.Trim(), "#")).Order(StringComparer.Ordinal);

    private static void AssertNoBitsOfIntsAsFloats(Type kernel, string source) =>
        Assert.False(Denormal().IsMatch(source), $"{kernel}: {Denormal().Match(source).Value}");

    private static CLBackend OpenClBackend(Context context) => new(
        context,
        new CLCapabilityContext(false, false, false, false, true),
        CLDeviceVendor.AMD,
        CLCVersion.CL20);

    private static string OpenClSourceOf(CLBackend backend, Type kernel)
    {
        var compile = typeof(OpenClKernels).GetMethod(nameof(OpenClKernels.Compile))!.MakeGenericMethod(kernel);
        return ((CLCompiledKernel)compile.Invoke(null, [backend])!).Source;
    }

    // Translating all of them takes seconds: once for all tests.
    private static string AssemblyOf(Type kernel) => Assemblies.Value[kernel];

    private static Dictionary<Type, string> CompileAll()
    {
        using var context = NewContext();
        using var plain = new PTXBackend(context, CudaArchitecture.SM_50, CudaInstructionSet.ISA_60, null!);
        using var tensor = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, null!);
        return Kernels().Distinct().ToDictionary(k => k, k => AssemblyOf(UsesTensorCores(k) ? tensor : plain, k));
    }

    private static string AssemblyOf(PTXBackend backend, Type kernel)
    {
        var compile = typeof(PtxKernels).GetMethod(nameof(PtxKernels.Compile))!.MakeGenericMethod(kernel);
        return ((PTXCompiledKernel)compile.Invoke(null, [backend])!).PTXAssembly;
    }

    private static Context NewContext() =>
        Context.Create(builder => Hardware.Configure(builder.CPU(CPUDeviceKind.Nvidia)));

    /// <summary>Adds the places of all fields, views as a whole, to the list; returns the end.</summary>
    private static int Place(Type type, int start, List<int> places)
    {
        if (IsLeaf(type))
        {
            places.Add(start);
            return start + LeafSize(type);
        }

        int end = start;
        foreach (var field in FieldsOf(type)) end = Place(field, Align(end, AlignmentOf(field)), places);
        return Align(end, AlignmentOf(type));
    }

    private static List<int> FlatOffsets(Type kernel)
    {
        var places = new List<int>();
        int end = 0;
        foreach (var leaf in Leaves(kernel))
        {
            places.Add(Align(end, AlignmentOf(leaf)));
            end = places[^1] + LeafSize(leaf);
        }

        return places;
    }

    private static IEnumerable<Type> Leaves(Type type) =>
        IsLeaf(type) ? [type] : FieldsOf(type).SelectMany(Leaves);

    private static IEnumerable<Type> FieldsOf(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .OrderBy(f => f.MetadataToken).Select(f => f.FieldType);

    // A view is an address and a length.
    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.Name.StartsWith("ArrayView", StringComparison.Ordinal);

    private static int LeafSize(Type type) => type.IsPrimitive ? 4 : 16;

    private static int AlignmentOf(Type type) => Leaves(type).Any(leaf => !leaf.IsPrimitive) ? 8 : 4;

    private static int Align(int place, int alignment) => (place + alignment - 1) / alignment * alignment;

    private static bool UsesTensorCores(Type kernel) =>
        kernel.GetGenericArguments().Any(a => a.IsAssignableTo(typeof(IWarpFormat)));

    private static IEnumerable<Type> Kernels() => Implementations(typeof(IKernel));

    /// <summary>
    /// All structs that implement an interface, generic ones closed over all that fit their constraints.
    /// </summary>
    private static IEnumerable<Type> Implementations(Type contract)
    {
        foreach (var type in Types.Where(t => t.IsValueType && contract.IsAssignableFrom(t)))
        {
            if (!type.IsGenericTypeDefinition)
            {
                yield return type;
                continue;
            }

            foreach (var arguments in ArgumentsFor(type.GetGenericArguments()))
                yield return type.MakeGenericType(arguments);
        }
    }

    private static IEnumerable<Type[]> ArgumentsFor(ReadOnlyMemory<Type> parameters)
    {
        if (parameters.IsEmpty) return [[]];
        var constraint = parameters.Span[0].GetGenericParameterConstraints().Single(c => c.IsInterface);
        return from first in Implementations(constraint)
               from others in ArgumentsFor(parameters[1..])
               select (Type[])[first, .. others];
    }

    private static string? NewDumpFolder()
    {
        if (Environment.GetEnvironmentVariable("NB_DUMP_KERNELS") is not { Length: > 0 } folder) return null;
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, "loops.txt"));
        return folder;
    }

    /// <summary>
    /// For a look at the code, or for the vendor's assembler: NB_DUMP_KERNELS names a folder.
    /// </summary>
    private static void Dump(Type kernel, string extension, string text)
    {
        if (DumpFolder is { } folder) File.WriteAllText(Path.Combine(folder, $"{NameOf(kernel)}.{extension}"), text);
    }

    // A line per innermost loop that multiplies: see NeuralBurden.Bench/gpu/loops.
    private static void DumpLoops(Type kernel, string assembly)
    {
        if (DumpFolder is not { } folder) return;
        var loops = PtxLoops.InnermostOf(assembly).Where(l => l.MultiplyAdds > 0);
        File.AppendAllLines(Path.Combine(folder, "loops.txt"), loops.Select(loop => $"{NameOf(kernel)}: {loop}"));
    }

    private static string NameOf(Type type) =>
        type.Name.Split('`')[0] + string.Concat(type.GetGenericArguments().Select(a => $"-{NameOf(a)}"));

    private interface IAllocator
    {
        static abstract ArrayView<float> Allocate(int length);
    }

    private readonly struct ByGroupMemory : IAllocator
    {
        public static ArrayView<float> Allocate(int length) => GroupMemory.Allocate<float>(length);
    }

    private readonly struct ByIlgpu : IAllocator
    {
        public static ArrayView<float> Allocate(int length) => SharedMemory.Allocate<float>(length);
    }

    private readonly struct Reversed<TAllocator>(ArrayView<float> x) : IKernel
        where TAllocator : struct, IAllocator
    {
        public void Execute()
        {
            var shared = TAllocator.Allocate(64);
            shared[Group.IdxX] = x[Group.IdxX];
            Group.Barrier();
            x[Group.IdxX] = shared[Group.DimX - 1 - Group.IdxX];
        }
    }

    /// <summary>To skip the addition, .NET branches where x &lt;= 0 or x is NaN.</summary>
    private readonly struct CountAbove(ArrayView<float> x, ArrayView<float> count) : IElementOp
    {
        public void At(int index)
        {
            if (x[index] > 0) count[index]++;
        }
    }
}
