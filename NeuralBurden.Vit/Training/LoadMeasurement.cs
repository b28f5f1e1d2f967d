using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Measures a finished run from its stored weights, at its snapshots and at its end, beside its references: see
/// <see cref="LoadRecord"/> and <see cref="LoadMeasures"/>. Nothing of the run is changed, so it can be repeated.
/// </summary>
public static class LoadMeasurement
{
    /// <summary>One record per moment, in order of steps; the last is the end.</summary>
    /// <param name="config">The run's.</param>
    /// <param name="runFolder">Holds <c>model.safetensors</c> and <c>snapshots/</c>.</param>
    /// <param name="twinConfig">
    /// The same without pruning and merging; of a dense run that is only narrower, the wide one; of another seed where the
    /// floor of <c>eps_twin</c> is asked for.
    /// </param>
    /// <param name="twinFolder">Likewise of the twin; the run's own where the run is its twin.</param>
    /// <param name="options">Data folder, threads, device.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <param name="silencing">Whether units are silenced at the end; null = as <c>burden.silencing</c> says.</param>
    /// <exception cref="SettingException">The twin prunes, merges or is another task; names the key.</exception>
    /// <exception cref="FileNotFoundException">Weights are missing; names the file and what stores it.</exception>
    /// <exception cref="CheckpointFormatException">A file is damaged or of another model.</exception>
    public static IReadOnlyList<LoadRecord> Measure(
        RunConfig config,
        string runFolder,
        RunConfig twinConfig,
        string twinFolder,
        RunOptions options,
        CancellationToken cancellation,
        bool? silencing = null)
    {
        RequireTwin(config, twinConfig);
        var data = RunEngine.LoadData(config, options);
        int images = config.Train.TrainedOn(data.Train.Count);
        int perEpoch = images / config.Train.BatchSize, total = perEpoch * config.Train.Epochs;
        string end = Weights(runFolder, null), twinEnd = Weights(twinFolder, null);
        long last = Checkpoint.Load(end).Info.Step;
        var moments = Snapshots.Steps(config.Burden.Snapshots, perEpoch, total).Where(step => step < last)
            .Select(step => (Run: Weights(runFolder, step), Twin: Weights(twinFolder, step))).ToList();
        return RunEngine.OnDevice(config, options, device =>
        {
            using var session = new LoadSession(device, config, twinConfig, data, perEpoch);
            List<LoadRecord> records = [.. moments.Select(m => session.Measure(m.Run, m.Twin, cancellation))];
            records.Add(session.MeasureEnd(end, twinEnd, silencing ?? config.Burden.Silencing, cancellation));
            return records;
        });
    }

    private static void RequireTwin(RunConfig config, RunConfig twin)
    {
        if (twin.Pruning.Method != PruningSetup.Dense)
            throw new SettingException("pruning.method", $"'{twin.Pruning.Method}' in the twin; allowed: {PruningSetup.Dense}");
        if (twin.Tokens.Merges)
            throw new SettingException("tokens.merge", $"'{twin.Tokens.Merge}' in the twin; allowed: {TokensConfig.None}");
        // A small dense network, the null of capacity, is narrower than its twin.
        string[] free = config.Pruning.Method == PruningSetup.Dense
            ? ["model.init_from", "model.dim", "model.mlp_ratio"]
            : ["model.init_from"];
        foreach (var field in ConfigFields.All.Where(f => f.Key.StartsWith("data.", StringComparison.Ordinal)
            || (f.Key.StartsWith("model.", StringComparison.Ordinal) && !free.Contains(f.Key))))
        {
            string own = field.Get(config), its = field.Get(twin);
            if (own != its) throw new SettingException(field.Key, $"{its} in the twin; allowed: {own}, as in the run");
        }
    }

    private static string Weights(string folder, int? step)
    {
        string path = step is { } s ? RunFolder.SnapshotPath(folder, s) : Path.Combine(folder, RunFolder.ModelFile);
        if (File.Exists(path)) return path;
        string stored = step is null ? "a finished run stores it" : "a run with the same burden.snapshots stores it";
        throw new FileNotFoundException($"{path}: there is no such file; {stored}", path);
    }
}
