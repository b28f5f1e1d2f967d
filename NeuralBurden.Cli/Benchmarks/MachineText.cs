using System.Runtime.InteropServices;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>What figures of this machine were made with.</summary>
internal static class MachineText
{
    public static string Software =>
        $"nb {EnvironmentProbe.ProgramVersion}, .NET {Environment.Version}, "
        + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
}
