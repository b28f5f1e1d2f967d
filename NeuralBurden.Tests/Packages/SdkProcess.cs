using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NeuralBurden.Tests.Packages;

/// <summary>The SDK, and what it made, in processes of their own.</summary>
internal static class SdkProcess
{
    // As long as a shared, busy machine may need.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string DotnetRoot =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Whether a restore ended because no source has a package, or not in that version.</summary>
    public static bool LacksPackage(string text) => text.Contains("NU1101") || text.Contains("NU1102");

    /// <summary>Exit code and both streams.</summary>
    public static (int Code, string Text) Run(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What a test host sets must not reach another SDK process, and no server may outlive it.
        foreach (string name in start.Environment.Keys.ToList())
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)) start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // Where an installed tool looks for the runtime.
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} took longer than {Patience}");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
