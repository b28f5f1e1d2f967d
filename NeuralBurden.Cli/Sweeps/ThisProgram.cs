namespace NeuralBurden.Cli.Sweeps;

/// <summary>How to start this program again, elsewhere on a shared file system.</summary>
internal static class ThisProgram
{
    private const string Host = "dotnet";

    /// <summary>The program's own executable, or the runtime with the program's assembly.</summary>
    public static IReadOnlyList<string> Command =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "nb"
            ? [path]
            : [Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == Host ? host : Host, Assembly];

    private static string Assembly => typeof(ThisProgram).Assembly.Location;
}
