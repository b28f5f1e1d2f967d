using System.Globalization;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>Submits a sweep as a job array, a task per run that is missing and that no submitted task will take.</summary>
internal sealed class SlurmSweep(Shell shell, SlurmProfile profile, RunOptions options)
{
    public void Submit(string root, string name, IReadOnlyList<RunConfig> configs, bool dryRun)
    {
        int missing = configs.Count(c => !RunFolder.IsFinished(root, c));
        shell.Output.WriteLine($"{configs.Count} runs, {configs.Count - missing} of them finished");
        if (dryRun)
        {
            string place = Path.GetFullPath(Path.Combine(root, $"{name}-sweep"));
            shell.Output.Write(Script(name, place, Path.Combine(place, "logs"), Math.Max(1, missing)));
            return;
        }

        var folder = SweepFolder.Create(root, name, configs);
        int waiting = SlurmCommands.Tasks(folder.JobIds())?.Count ?? 0;
        int tasks = Math.Min(missing - waiting, SlurmScript.MostTasks);
        if (tasks <= 0)
        {
            shell.Output.WriteLine(missing == 0
                ? $"all runs are finished; 'nb sweep gather {folder.Path}' makes the report"
                : $"nothing to submit: {waiting} tasks are queued or running for {missing} runs");
            return;
        }

        AtomicFile.WriteAllText(folder.Script, Script(name, folder.Path, folder.Logs, tasks));
        string job = SlurmCommands.Submit(folder.Script);
        folder.AddJob(job, tasks);
        shell.Output.WriteLine($"job {job} with {tasks} tasks for {missing} runs; script {folder.Script}, logs {folder.Logs}");
        if (missing > waiting + tasks)
            shell.Output.WriteLine($"{missing - waiting - tasks} runs are beyond one array: submit again when these are done");
        shell.Output.WriteLine($"'nb sweep status {folder.Path}' shows where it stands");
    }

    private string Script(string name, string folder, string logs, int tasks)
    {
        var command = new List<string>(ThisProgram.Command)
        {
            "sweep", "work", folder,
            "--threads", (options.Threads ?? profile.Cpus).ToString(CultureInfo.InvariantCulture),
            "--sparse", options.Sparse.ToString().ToLowerInvariant(),
        };
        if (options.DataDirectory is { } data) command.AddRange(["--data-dir", Path.GetFullPath(data)]);
        return SlurmScript.Create(name, profile, tasks, logs, command);
    }
}
