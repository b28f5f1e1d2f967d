using System.Diagnostics;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>What a run tells while it trains: to its folder, to TensorBoard and to who watches.</summary>
internal sealed class RunRecorder(
    RunConfig config,
    RunFolder folder,
    Trainer trainer,
    RunEvaluation evaluation,
    IProgress<TrainingProgress> progress) : IDisposable
{
    private RunEvents? _events;
    private long _clock = Stopwatch.GetTimestamp();

    public SessionRecords Records { get; } = new(folder);

    /// <summary>Goes on with the records that were taken up, or clears what an attempt without a checkpoint left.</summary>
    public void Begin(bool goesOn, EnvironmentRecord environment)
    {
        folder.Clear();
        folder.WriteEnvironment(environment);
        _events = new RunEvents(folder.Path, goesOn ? trainer.StepsDone : RunEvents.LeftBehind(folder.Path));
    }

    public void Add(EpochRecord record)
    {
        folder.Metrics.Append([record]);
        _events!.Add(record);
    }

    /// <param name="rates">r_j of every block's hidden units.</param>
    public void AddLoads(IReadOnlyList<IReadOnlyList<double>> rates) => _events!.AddLoads(trainer.StepsDone, rates);

    public void AddMerges(RasterImage picture) => _events!.AddMerges(trainer.StepsDone, PngWriter.Encode(picture));

    /// <summary>Adds the time since the last call.</summary>
    public void CountWallTime()
    {
        long now = Stopwatch.GetTimestamp();
        Records.WallSeconds += Stopwatch.GetElapsedTime(_clock, now).TotalSeconds;
        _clock = now;
    }

    public void Notify(string notice) =>
        progress.Report(Now(TrainingPhase.Preparing, Records.Epochs.Count) with { Notice = notice });

    /// <param name="recent">Loss, accuracy and images per second of training as they are now.</param>
    /// <param name="finished">The epoch that has just been recorded, if one has.</param>
    public void Report(
        TrainingPhase phase,
        int epoch,
        (double Loss, double Accuracy, double Speed) recent = default,
        EpochRecord? finished = null) => progress.Report(Now(phase, epoch) with
        {
            TrainLoss = recent.Loss,
            TrainAccuracy = recent.Accuracy,
            TestAccuracy = evaluation.Test?.Accuracy
                ?? Records.Epochs.LastOrDefault(e => e.TestAccuracy is not null)?.TestAccuracy ?? 0,
            Sparsity = trainer.Pruner?.Sparsity ?? 0,
            ImagesPerSecond = recent.Speed,
            Finished = finished,
        });

    public void Dispose() => _events?.Dispose();

    private TrainingProgress Now(TrainingPhase phase, int epoch) => new()
    {
        Phase = phase,
        Epoch = epoch + 1,
        Epochs = config.Train.Epochs,
        Step = trainer.StepsDone,
        Steps = trainer.TotalSteps,
    };
}
