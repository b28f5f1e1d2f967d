using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Runs;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Tests.Cli;

/// <summary>An engine that trains nothing and remembers what it was asked for.</summary>
internal sealed class SyntheticEngine : IRunEngine
{
    public List<RunConfig> Executed { get; } = [];

    public List<RunOptions> Options { get; } = [];

    /// <summary>Ids of the runs that were measured.</summary>
    public List<string> Measured { get; } = [];

    /// <summary>What to do instead of a run with this seed.</summary>
    public Dictionary<int, Action> Instead { get; } = [];

    public RunConfig Resolve(RunConfig config) => new RunEngine(MethodCatalog.BuiltIn).Resolve(config);

    public ContentFingerprint Fingerprint(RunConfig config, RunOptions options) =>
        new RunEngine(MethodCatalog.BuiltIn).Fingerprint(config, options);

    public void Check(RunConfig config, RunOptions options) =>
        new RunEngine(MethodCatalog.BuiltIn).Check(config, options);

    public RunResult Execute(
        RunConfig config,
        RunFolder folder,
        RunOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        lock (Executed)
        {
            Executed.Add(config);
            Options.Add(options);
        }

        if (Instead.TryGetValue(config.Seed, out var action))
            action();
        var run = SyntheticRuns.Run(config, 0.95, config.Pruning.Method == "dense" ? 0 : 0.9);
        folder.Clear();
        foreach (var epoch in run.Epochs)
        {
            folder.Metrics.Append([epoch]);
            progress.Report(new TrainingProgress
            {
                Epoch = epoch.Epoch,
                Epochs = config.Train.Epochs,
                Step = epoch.Step,
                Steps = 100 * config.Train.Epochs,
                Finished = epoch,
            });
        }

        folder.Burden.Write(run.Burden);
        return run.Result;
    }

    public EvaluationResult Evaluate(
        RunConfig config, string checkpoint, RunOptions options, CancellationToken cancellation) =>
        throw new NotSupportedException("no test of this engine evaluates");

    public IReadOnlyList<LoadRecord> Measure(
        RunConfig config,
        string folder,
        RunConfig twinConfig,
        string twinFolder,
        bool silencing,
        RunOptions options,
        CancellationToken cancellation)
    {
        // Both must be finished: it is their stored weights that are measured.
        double own = StoredRun.ReadResult(Path.Combine(folder, RunFolder.ResultFile)).TestAccuracy;
        double twin = StoredRun.ReadResult(Path.Combine(twinFolder, RunFolder.ResultFile)).TestAccuracy;
        lock (Executed) Measured.Add(ConfigText.RunId(config));
        return
        [
            new LoadRecord
            {
                Step = 100,
                Share = 1,
                Accuracy = own,
                Loss = 0.1,
                TwinAccuracy = twin,
                ShotAccuracy = 0.5,
                Blocks = [],
                Values = new Dictionary<string, double> { ["log_k_twin"] = own - twin },
                Silencing = silencing ? Silence(own) : null,
                TwinSilencing = silencing ? Silence(twin) : null,
            },
        ];
    }

    private static SilencingRecord Silence(double accuracy) => new()
    {
        By = "kappa",
        Share = 0.05,
        Units = 4,
        Accuracy = accuracy,
        TopAccuracy = accuracy - 0.1,
        RandomAccuracies = [accuracy - 0.01],
    };
}
