using System.Runtime.InteropServices;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>What figures of this machine were made with.</summary>
internal static class MachineText
{
    public static string Software =>
        $"nb {typeof(MachineText).Assembly.GetName().Version?.ToString(3)}, .NET {Environment.Version}, "
        + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
}
