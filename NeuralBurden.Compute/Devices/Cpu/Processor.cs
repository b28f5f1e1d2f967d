using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Devices.Cpu;

/// <summary>What this machine's processor calls itself and which vector instructions the runtime uses.</summary>
public static class Processor
{
    public static string Name { get; } = ReadName();

    public static IReadOnlyList<string> InstructionSets { get; } = ListInstructionSets();

    private static string ReadName()
    {
        const string path = "/proc/cpuinfo";
        if (File.Exists(path))
        {
            foreach (string line in File.ReadLines(path))
            {
                if (line.StartsWith("model name", StringComparison.Ordinal)) return line[(line.IndexOf(':') + 1)..].Trim();
            }
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string[] ListInstructionSets()
    {
        var sets = new List<string>();
        if (Vector128.IsHardwareAccelerated) sets.Add("Vector128");
        if (Vector256.IsHardwareAccelerated) sets.Add("Vector256");
        if (Vector512.IsHardwareAccelerated) sets.Add("Vector512");
        if (Fma.IsSupported) sets.Add("FMA");
        if (Avx2.IsSupported) sets.Add("AVX2");
        if (Avx512F.IsSupported) sets.Add("AVX-512F");
        if (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported) sets.Add("AdvSimd");
        return [.. sets];
    }
}
