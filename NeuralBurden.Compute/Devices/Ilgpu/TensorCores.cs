using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using ILGPU.Runtime.Cuda;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// The PTX of <see cref="IWarpFormat.AddStep"/>: 16 times <c>mma.sync.m16n8k8</c> and the rounding of their factors, for
/// compute capability 8.0 and newer (PTX ISA, "Multiply-and-Accumulate Instruction: mma"). ILGPU's inline PTX would keep what it
/// writes in local memory; code for an intrinsic has registers. ILGPU also declares a function for it, which nothing calls.
/// </summary>
internal static class TensorCores
{
    /// <summary>The first compute capability that has them in the formats used here.</summary>
    public static CudaArchitecture First => CudaArchitecture.SM_80;

    public static void Register(Context.Builder builder)
    {
        var manager = builder.GetIntrinsicManager();
        Register<Tf32>(manager, nameof(EmitTf32));
        Register<Bf16>(manager, nameof(EmitBf16));
    }

    private static void Register<TFormat>(IntrinsicImplementationManager manager, string emitter)
        where TFormat : struct, IWarpFormat =>
        manager.RegisterMethod(
            typeof(TFormat).GetMethod(nameof(IWarpFormat.AddStep))!,
            new PTXIntrinsic(typeof(TensorCores), emitter, IntrinsicImplementationMode.GenerateCode, First));

    // A register a word: (g, p), (g + 8, p), (g, p + 1), (g + 8, p + 1) of A, (p, g), (p + 1, g) of B.
    private static void EmitTf32(PTXBackend _, PTXCodeGenerator code, Value value) =>
        Emit(code, value, "tf32", word => Convert(code, "cvt.rna.tf32.f32", word), (a, b) => [a, b]);

    // Two steps a register, the first of them in its lower half, which is the last argument of the conversion.
    private static void EmitBf16(PTXBackend _, PTXCodeGenerator code, Value value) =>
        Emit(code, value, "bf16", word => word, (first, second) => [Convert(code, "cvt.rn.bf16x2.f32", second, first)]);

    private static void Emit(
        PTXCodeGenerator code,
        Value value,
        string format,
        Func<PTXCodeGenerator.HardwareRegister, PTXCodeGenerator.HardwareRegister> round,
        Func<PTXCodeGenerator.HardwareRegister, PTXCodeGenerator.HardwareRegister, PTXCodeGenerator.HardwareRegister[]> join)
    {
        var call = (MethodCall)value;
        var sums = Leaves(code, code.Load(call.Nodes[0]));
        var words = Leaves(code, code.Load(call.Nodes[1])).Select(round).ToArray();
        var results = Leaves(code, code.Allocate(call));
        var a = new PTXCodeGenerator.PrimitiveRegister[4][];
        var b = new PTXCodeGenerator.PrimitiveRegister[4][];
        for (int i = 0; i < 4; i++)
        {
            // Registers of A: rows g and g + 8 by their first step or both, then by the second.
            var upper = join(words[4 * i], words[(4 * i) + 2]);
            var lower = join(words[(4 * i) + 1], words[(4 * i) + 3]);
            a[i] = [.. upper.Zip(lower, (u, l) => new[] { u, l }).SelectMany(pair => pair)];
            int at = WarpOperands.WordsOfA + (2 * i);
            b[i] = [.. join(words[at], words[at + 1])];
        }

        for (int tile = 0; tile < 16; tile++)
        {
            using var command = code.BeginCommand($"mma.sync.aligned.m16n8k8.row.col.f32.{format}.{format}.f32");
            command.AppendVectorArgument(results[(4 * tile)..((4 * tile) + 4)]);
            command.AppendVectorArgument(a[tile / 4]);
            command.AppendVectorArgument(b[tile % 4]);
            command.AppendVectorArgument(sums[(4 * tile)..((4 * tile) + 4)]);
        }
    }

    private static PTXCodeGenerator.HardwareRegister Convert(
        PTXCodeGenerator code, string instruction, params ReadOnlySpan<PTXCodeGenerator.HardwareRegister> words)
    {
        var result = code.AllocateInt32Register();
        using var command = code.BeginCommand(instruction);
        command.AppendArgument(result);
        foreach (var word in words) command.AppendArgument(word);
        return result;
    }

    // The fields of a struct in their order.
    private static PTXCodeGenerator.HardwareRegister[] Leaves(PTXCodeGenerator code, PTXCodeGenerator.Register register) =>
        register is PTXCodeGenerator.CompoundRegister compound
            ? [.. compound.Children.SelectMany(child => Leaves(code, child))]
            : [code.EnsureHardwareRegister((PTXCodeGenerator.PrimitiveRegister)register)];
}
