using System.ComponentModel;
using System.Diagnostics;
using NeuralBurden.Cli.Output;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>Slurm by its own commands.</summary>
internal static class SlurmCommands
{
    /// <summary>Submits a script.</summary>
    /// <returns>The job's id.</returns>
    /// <exception cref="UserException">There is no Slurm here, or it refuses the script; tells what it said.</exception>
    public static string Submit(string script)
    {
        var (code, output, error) = Run("sbatch", "--parsable", script)
            ?? throw new UserException(
                $"there is no sbatch here: submit where Slurm's commands are, such as a login node; the script is {script}");
        if (code != 0) throw new UserException($"sbatch refuses {script}: {error.Trim()}");
        // ID or ID;CLUSTER
        return output.Trim().Split(';')[0];
    }

    /// <summary>The tasks of some jobs that are queued or running; null where there is no Slurm to ask.</summary>
    public static IReadOnlyList<SlurmTask>? Tasks(IReadOnlyCollection<string> jobs)
    {
        if (jobs.Count == 0) return [];
        if (Run("squeue", "--noheader", "--array", "--me", "--format=%F|%K|%T|%N|%r") is not (0, var output, _)) return null;
        return
        [
            .. from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
               let parts = line.Trim().Split('|')
               where parts.Length == 5 && jobs.Contains(parts[0])
               select new SlurmTask(parts[0], parts[1], parts[2], parts[3], parts[4]),
        ];
    }

    /// <exception cref="UserException">There is no Slurm here, or it refuses.</exception>
    public static void Cancel(IReadOnlyCollection<string> jobs)
    {
        var (code, _, error) = Run("scancel", [.. jobs])
            ?? throw new UserException("there is no scancel here: cancel where Slurm's commands are, such as a login node");
        if (code != 0) throw new UserException($"scancel: {error.Trim()}");
    }

    private static (int Code, string Output, string Error)? Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
