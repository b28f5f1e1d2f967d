using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Running;

/// <summary>
/// Trains the runs of an experiment that are not finished yet, one after the other, each in its own folder
/// under
/// <paramref name="root"/>.
/// </summary>
internal sealed class Experiment(Shell shell, string root, RunOptions options)
{
    /// <summary>All runs in the order given, those of earlier calls included.</summary>
    /// <exception cref="UserException">Something is missing; found before the first run starts.</exception>
    public IReadOnlyList<StoredRun> Execute(IReadOnlyList<RunConfig> configs, CancellationToken cancellation)
    {
        var missing = configs.Where(c => !RunFolder.IsFinished(root, c)).ToList();
        FinishedRuns.RequireSameContent(shell.Engine, root, configs.Except(missing), options);
        CheckDevices(missing);
        CheckData(missing);
        CheckFiles(missing);
        if (missing.Count < configs.Count)
            shell.Output.WriteLine($"{configs.Count - missing.Count} of {configs.Count} runs are finished");
        var elsewhere = new List<RunLockedException>();
        for (int i = 0; i < missing.Count; i++)
        {
            var config = missing[i];
            try
            {
                Train($"{i + 1}/{missing.Count} {config.Name} seed {config.Seed}", RunFolder.Existing(
                    Path.Combine(root, ConfigText.RunId(config)), config), () => TakenRun.Take(root, config), cancellation);
            }
            catch (RunLockedException e) when (missing.Count > 1)
            {
                // Another process of the same sweep has it; the others are still to be had.
                shell.Output.WriteLine(e.Message);
                elsewhere.Add(e);
            }
        }

        return elsewhere.Count == 0
            ? [.. configs.Select(c => StoredRuns.Read(Path.Combine(root, ConfigText.RunId(c))))]
            : throw new UserException(
                $"{elsewhere.Count} of {configs.Count} runs are with other processes, all others are finished; the same command "
                + $"writes the report once they are: {elsewhere[0].Message}");
    }

    /// <summary>Goes on with one run in the folder it has.</summary>
    public StoredRun Resume(RunFolder folder, CancellationToken cancellation)
    {
        CheckDevices([folder.Config]);
        CheckData([folder.Config]);
        Train($"{folder.Config.Name} seed {folder.Config.Seed}", folder, () => TakenRun.Take(folder), cancellation);
        return StoredRuns.Read(folder.Path);
    }

    private void Train(string title, RunFolder folder, Func<TakenRun?> take, CancellationToken cancellation)
    {
        void Execute(IProgress<TrainingProgress> progress) =>
            MpiJob.Train(shell, folder, take, options, progress, cancellation);
        if (shell.IsTerminal)
            LiveProgress.Show(shell.Console, title, Execute);
        else
            Execute(new PlainProgress(shell.Output, title));
    }

    // What would stop a later run is found before the first one has taken its time.

    /// <exception cref="DeviceUnavailableException">A run's device cannot be used on this machine.</exception>
    public void CheckDevices(IReadOnlyList<RunConfig> configs)
    {
        foreach (var (device, precision) in configs.Select(c => (c.Device, c.Precision)).Distinct())
            DeviceCatalog.Open(device, new DeviceOptions(options.Threads ?? 0, precision)).Dispose();
    }

    /// <exception cref="Pruning.Errors.SettingException">A file that a run begins from is not there.</exception>
    public void CheckFiles(IReadOnlyList<RunConfig> configs)
    {
        foreach (var config in configs.Where(c => !Directory.Exists(Path.Combine(root, ConfigText.RunId(c)))))
            ConfigRules.RequireFiles(config);
    }

    /// <exception cref="UserException">A run's data set is not there.</exception>
    public void CheckData(IReadOnlyList<RunConfig> configs)
    {
        var sets = DatasetCatalog.List(new DataOptions { DataDir = options.DataDirectory });
        foreach (string name in configs.Select(c => c.Data.Name).Distinct())
        {
            if (PackedDataset.IsName(name)) PackedDataset.Find(name, DataFolder.Resolve(options.DataDirectory));
            var status = sets.FirstOrDefault(s => s.Manifest.Name == name);
            if (status is { Found: false })
                DatasetCatalog.RequireFound(name, new DataOptions { DataDir = options.DataDirectory });
        }
    }
}
