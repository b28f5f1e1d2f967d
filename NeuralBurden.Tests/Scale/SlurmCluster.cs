using System.Diagnostics;
using NeuralBurden.Tests.Formats;
using Xunit;

namespace NeuralBurden.Tests.Scale;

/// <summary>A real Slurm, started by <c>start-slurm.sh</c> for one test: a controller and two nodes of one core.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private const int CannotBeHad = 77;
    private const string ConfigVariable = "SLURM_CONF";

    private readonly TemporaryFolder _folder = new();

    private SlurmCluster()
    {
    }

    /// <summary>Skips the test where there can be no Slurm.</summary>
    public static SlurmCluster Start()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Slurm runs on Linux");
        var cluster = new SlurmCluster();
        var (code, _, error) = cluster.Script("start", "2");
        if (code != 0) cluster.Dispose();
        Skip.If(code == CannotBeHad, error.Trim().Split('\n')[^1]);
        Assert.True(code == 0, error);
        Environment.SetEnvironmentVariable(ConfigVariable, cluster._folder.File("slurm.conf"));
        return cluster;
    }

    /// <summary>As a power cut would: the daemon and every process of its jobs are gone at once.</summary>
    public void KillNode(string node) => Assert.Equal(0, Script("kill-node", node).Code);

    /// <summary>What one of Slurm's commands prints.</summary>
    public string Ask(string program, params string[] arguments)
    {
        var (code, output, error) = Run(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program}: {error}");
    }

    public void Dispose()
    {
        Script("stop");
        Environment.SetEnvironmentVariable(ConfigVariable, null);
        // The daemons take a moment to end and write a last line.
        for (int i = 0; ; i++)
        {
            try
            {
                _folder.Dispose();
                return;
            }
            catch (IOException) when (i < 50)
            {
                Thread.Sleep(100);
            }
        }
    }

    private (int Code, string Output, string Error) Script(string command, params string[] arguments) =>
        Run("bash", [Path.Combine(AppContext.BaseDirectory, "Scale", "start-slurm.sh"), command, _folder.Path, .. arguments]);

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        string output = "", error = "";
        process.OutputDataReceived += (_, e) => output += e.Data + "\n";
        process.ErrorDataReceived += (_, e) => error += e.Data is null ? "" : e.Data + "\n";
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // The daemons keep the pipes open: the end of the script is what counts.
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), $"{program} {string.Join(' ', arguments)} goes on and on");
        Thread.Sleep(100);
        return (process.ExitCode, output, error);
    }
}
