using System.Text.Json;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>What a run has recorded so far, over all its attempts.</summary>
internal sealed class SessionRecords
{
    private const string Metrics = CheckpointKeys.Run + "metrics";
    private const string BurdenName = CheckpointKeys.Run + "burden";
    private const string Times = CheckpointKeys.Run + "times";

    public List<EpochRecord> Epochs { get; private init; } = [];

    public List<BurdenRecord> Burden { get; private init; } = [];

    public double TrainSeconds { get; set; }

    public double WallSeconds { get; set; }

    public long TrainedImages { get; set; }

    /// <summary>Over all mask updates; null without any.</summary>
    public double? MeanFlipRate => Epochs.Sum(e => e.MaskUpdates ?? 0) is > 0 and var updates
        ? Epochs.Sum(e => (e.FlipRate ?? 0) * (e.MaskUpdates ?? 0)) / updates
        : null;

    public void AddTo(Checkpoint checkpoint)
    {
        Add(Metrics, JsonSerializer.SerializeToUtf8Bytes(Epochs, RunJson.Default.ListEpochRecord));
        Add(BurdenName, JsonSerializer.SerializeToUtf8Bytes(Burden, RunJson.Default.ListBurdenRecord));
        checkpoint.Add(NamedTensor.Of(Times, [3], new[] { TrainSeconds, WallSeconds, TrainedImages }));

        void Add(string name, byte[] json) => checkpoint.Add(NamedTensor.Of(name, [json.Length], json));
    }

    /// <exception cref="CheckpointFormatException">A record is missing or is not one.</exception>
    public static SessionRecords Read(Checkpoint checkpoint)
    {
        var times = checkpoint.Values<double>(Times, 3);
        return new SessionRecords
        {
            Epochs = List(Metrics, RunJson.Default.ListEpochRecord),
            Burden = List(BurdenName, RunJson.Default.ListBurdenRecord),
            TrainSeconds = times[0],
            WallSeconds = times[1],
            TrainedImages = (long)times[2],
        };

        List<T> List<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<List<T>> type)
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
}
