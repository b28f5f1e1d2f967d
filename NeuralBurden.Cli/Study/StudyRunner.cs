using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>Trains the runs of a study that are not finished, several at once.</summary>
internal sealed class StudyRunner(Shell shell, StudyFolder folder, RunOptions options, int jobs)
{
    /// <summary>Runs that have no result, with the reasons; the report names them.</summary>
    /// <exception cref="OperationCanceledException">Stopped; every run in progress has saved a checkpoint.</exception>
    public IReadOnlyList<string> Execute(StudyPlan plan, CancellationToken cancellation)
    {
        RequireData(plan.Cells[0].Config.Data.Name);
        RunConfig[] configs = [.. plan.Cells.Select(c => c.Config)];
        var queue = new RunQueue(shell, folder.Runs, options, RunSlot.For(configs, jobs, options.Threads));
        var failed = queue.Execute(configs, cancellation).ToDictionary(f => ConfigText.RunId(f.Config), f => f.Reason);
        foreach (var config in configs.Where(c => !RunFolder.IsFinished(folder.Runs, c)))
            failed.TryAdd(ConfigText.RunId(config), "another process has it");
        return [.. failed.Select(f => $"{f.Key}: {f.Value}").Order(StringComparer.Ordinal)];
    }

    private void RequireData(string name)
    {
        var sets = DatasetCatalog.List(new DataOptions { DataDir = options.DataDirectory });
        if (sets.FirstOrDefault(s => s.Manifest.Name == name) is { Found: false } status)
            throw new UserException($"data set '{name}' is {status.Missing}");
    }
}
