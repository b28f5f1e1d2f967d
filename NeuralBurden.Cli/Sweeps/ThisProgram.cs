using System.Reflection;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>How to start this program again, elsewhere on a shared file system.</summary>
internal static class ThisProgram
{
    private const string Host = "dotnet";

    /// <summary>The program's own executable, or the runtime with the program's assembly.</summary>
    public static IReadOnlyList<string> Command { get; } = Find();

    // A program in one file has no assembly on disk, and any name that its user gave it.
    private static string[] Find()
    {
        var program = typeof(ThisProgram).Assembly;
        string started = Environment.ProcessPath ?? Host;
        bool hosted = Path.GetFileNameWithoutExtension(started) == Host;
        if (!hosted && Assembly.GetEntryAssembly() == program) return [started];
        return [hosted ? started : Host, Path.Combine(AppContext.BaseDirectory, program.GetName().Name + ".dll")];
    }
}
