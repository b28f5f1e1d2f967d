using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Runs;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Tests.Cli;

/// <summary>An engine that trains nothing and remembers what it was asked for.</summary>
internal sealed class SyntheticEngine : IRunEngine
{
    public List<RunConfig> Executed { get; } = [];

    public List<RunOptions> Options { get; } = [];

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
        foreach (var epoch in run.Epochs)
        {
            folder.Append(epoch);
            progress.Report(new TrainingProgress
            {
                Epoch = epoch.Epoch,
                Epochs = config.Train.Epochs,
                Step = epoch.Step,
                Steps = 100 * config.Train.Epochs,
                Finished = epoch,
            });
        }

        folder.WriteBurden(run.Burden);
        return run.Result;
    }

    public EvaluationResult Evaluate(
        RunConfig config, string checkpoint, RunOptions options, CancellationToken cancellation) =>
        throw new NotSupportedException("no test of this engine evaluates");
}
