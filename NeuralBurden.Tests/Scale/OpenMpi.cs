using System.Diagnostics;
using Xunit;

namespace NeuralBurden.Tests.Scale;

/// <summary>The Open MPI of this machine.</summary>
internal static class OpenMpi
{
    public const string Mpirun = "mpirun";

    public static IReadOnlyList<string> TwoRanks { get; } = ["--allow-run-as-root", "--oversubscribe", "-np", "2"];

    /// <summary>Skips the test where there is none; with NB_LONG=1 it is installed first.</summary>
    public static void Require()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the tests start Debian's Open MPI");
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (path.Any(folder => File.Exists(Path.Combine(folder, Mpirun)))) return;
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "Open MPI is not installed; NB_LONG=1 installs it");
        string script = Path.Combine(AppContext.BaseDirectory, "Scale", "install-openmpi.sh");
        using var install = Process.Start(new ProcessStartInfo("bash", [script]) { RedirectStandardError = true })!;
        string error = install.StandardError.ReadToEnd();
        install.WaitForExit();
        Skip.If(install.ExitCode != 0, error.Trim().Split('\n')[^1]);
    }
}
