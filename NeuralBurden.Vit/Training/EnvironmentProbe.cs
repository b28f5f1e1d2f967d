using System.Reflection;
using System.Runtime.InteropServices;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>What this process runs on.</summary>
public static class EnvironmentProbe
{
    // "0.1.0+commit" where the build knew the commit.
    private static readonly string[] Version = (typeof(EnvironmentProbe).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+', 2);

    public static string ProgramVersion => Version[0];

    /// <summary>Version and, where the build knew it, commit of this program.</summary>
    public static string Program => string.Join(" at ", Version);

    internal static EnvironmentRecord Of(Device device) => new()
    {
        Version = ProgramVersion,
        Commit = Version.Length > 1 ? Version[1] : null,
        Device = device.Info.Id,
        Hardware = device.Info.Name,
        InstructionSets = Processor.InstructionSets,
        Cores = Environment.ProcessorCount,
        Threads = device.Info.Units,
        Os = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Dotnet = Environment.Version.ToString(),
        Packages = AppDomain.CurrentDomain.GetAssemblies()
            .Select(a => a.GetName())
            .Where(n => n.Name is "System.Numerics.Tensors" or "ILGPU" or "ILGPU.Algorithms" or "SixLabors.ImageSharp")
            .DistinctBy(n => n.Name)
            .ToDictionary(n => n.Name!, n => n.Version?.ToString() ?? ""),
    };
}
