using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// What a run has recorded so far, over all its attempts. A checkpoint holds how much of the run's files it is; older ones
/// hold the records themselves.
/// </summary>
internal sealed class SessionRecords(RunFolder folder)
{
    private const string Metrics = CheckpointKeys.Run + "metrics";
    private const string BurdenName = CheckpointKeys.Run + "burden";
    private const string Times = CheckpointKeys.Run + "times";
    private const string End = ".end";

    public IReadOnlyList<EpochRecord> Epochs => folder.Metrics.Records;

    public double TrainSeconds { get; set; }

    public double WallSeconds { get; set; }

    public long TrainedImages { get; set; }

    /// <summary>Over all mask updates; null without any.</summary>
    public double? MeanFlipRate => Epochs.Sum(e => e.MaskUpdates ?? 0) is > 0 and var updates
        ? Epochs.Sum(e => (e.FlipRate ?? 0) * (e.MaskUpdates ?? 0)) / updates
        : null;

    public void AddTo(Checkpoint checkpoint)
    {
        Add(Metrics, folder.Metrics);
        Add(BurdenName, folder.Burden);
        checkpoint.Add(NamedTensor.Of(Times, [3], new[] { TrainSeconds, WallSeconds, TrainedImages }));

        void Add<T>(string name, RecordLog<T> log)
            where T : class => checkpoint.Add(NamedTensor.Of(name + End, [2], new[] { log.Bytes, log.Sum }));
    }

    /// <summary>Takes up what was recorded until the checkpoint; no file is altered yet.</summary>
    /// <exception cref="CheckpointFormatException">A record is missing or is not one, or the run's files are not those
    /// that the checkpoint was taken with.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        var times = checkpoint.Values<double>(Times, 3);
        (TrainSeconds, WallSeconds, TrainedImages) = (times[0], times[1], (long)times[2]);
        Restore(Metrics, folder.Metrics, RunJson.Default.ListEpochRecord);
        Restore(BurdenName, folder.Burden, RunJson.Default.ListBurdenRecord);

        void Restore<T>(string name, RecordLog<T> log, JsonTypeInfo<List<T>> type)
            where T : class
        {
            if (!checkpoint.Contains(name + End))
            {
                log.TakeUp(Stored(checkpoint, name, type));
                return;
            }

            var end = checkpoint.Values<long>(name + End, 2);
            if (log.TryRestore(end[0], unchecked((uint)end[1])) is not { } problem) return;
            throw new CheckpointFormatException(
                checkpoint.Source,
                name + End,
                $"{problem}. Put that file back, or remove the checkpoint to go on from an older one or from the beginning");
        }
    }

    private static List<T> Stored<T>(Checkpoint checkpoint, string name, JsonTypeInfo<List<T>> type)
        where T : class
    {
        int length = checkpoint.TryGet(name, out var tensor) && tensor.Shape.Count == 1 ? tensor.Shape[0] : 0;
        try
        {
            var records = JsonSerializer.Deserialize(checkpoint.Values<byte>(name, length), type) ?? [];
            return records.Contains(default!)
                ? throw new CheckpointFormatException(checkpoint.Source, name, "holds null instead of a record")
                : records;
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(checkpoint.Source, name, e.Message, e);
        }
    }
}
