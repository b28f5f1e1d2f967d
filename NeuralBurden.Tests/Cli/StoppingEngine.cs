using NeuralBurden.Cli;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Tests.Cli;

/// <summary>The real engine, until some runs are done: then it stops in the middle of the next ones, as on SIGINT.</summary>
internal sealed class StoppingEngine(int afterRuns) : IRunEngine
{
    private int _done;

    public RunConfig Resolve(RunConfig config) => NbProgram.Engine.Resolve(config);

    public ContentFingerprint Fingerprint(RunConfig config, RunOptions options) =>
        NbProgram.Engine.Fingerprint(config, options);

    public void Check(RunConfig config, RunOptions options) => NbProgram.Engine.Check(config, options);

    public RunResult Execute(
        RunConfig config,
        RunFolder folder,
        RunOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _done) <= afterRuns)
            return NbProgram.Engine.Execute(config, folder, options, progress, cancellation);
        using var stop = new CancellationTokenSource();
        return NbProgram.Engine.Execute(config, folder, options, new StopInTraining(stop), stop.Token);
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
        CancellationToken cancellation) =>
        NbProgram.Engine.Measure(config, folder, twinConfig, twinFolder, silencing, options, cancellation);

    private sealed class StopInTraining(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training && value.Step > 0) stop.Cancel();
        }
    }
}
