using NeuralBurden.Vit.Formats.TensorBoard;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// The run for TensorBoard: the figures of every epoch, and histograms of the units' loads r_j of every block, over
/// steps.
/// </summary>
/// <param name="resumedAfterStep">The step that a resumed run goes on after; later points of the stopped attempt are
/// dropped.</param>
internal sealed class RunEvents(string folder, long? resumedAfterStep) : IDisposable
{
    /// <summary>
    /// What a run that begins anew passes as the step it goes on after: -1, before all points, where an attempt without a
    /// checkpoint left some; else null.
    /// </summary>
    public static long? LeftBehind(string folder) => Directory.EnumerateFiles(folder, "events.out.tfevents.*").Any() ? -1 : null;

    private readonly EventFileWriter _file = new(folder, resumedAfterStep);

    public void Add(EpochRecord record)
    {
        Scalar("loss/train", record.TrainLoss);
        Scalar("loss/test", record.TestLoss);
        Scalar("accuracy/train", record.TrainAccuracy);
        Scalar("accuracy/test", record.TestAccuracy);
        Scalar("loss/test_ema", record.EmaTestLoss);
        Scalar("accuracy/test_ema", record.EmaTestAccuracy);
        Scalar("loss/validation", record.ValidationLoss);
        Scalar("accuracy/validation", record.ValidationAccuracy);
        Scalar("optim/lr", record.Lr);
        Scalar("pruning/sparsity", record.Sparsity);
        Scalar("pruning/flip_rate", record.FlipRate);
        Scalar("pruning/return_rate", record.ReturnRate);
        Scalar("pruning/in_time_rate", record.InTimeRate);
        Scalar("burden/mean", record.Burden);
        Scalar("speed/train_images_per_second", record.TrainImagesPerSecond);

        void Scalar(string tag, double? value)
        {
            if (value is { } figure) _file.Scalar(tag, record.Step, (float)figure);
        }
    }

    /// <param name="rates">r_j of every block's hidden units.</param>
    public void AddLoads(long step, IReadOnlyList<IReadOnlyList<double>> rates)
    {
        for (int i = 0; i < rates.Count; i++)
            _file.Histogram($"load/blocks.{i}.mlp", step, [.. rates[i].Select(r => (float)r)]);
    }

    /// <param name="png">What the model merges on its first test images.</param>
    public void AddMerges(long step, ReadOnlySpan<byte> png) => _file.Image("merges", step, png);

    public void Dispose() => _file.Dispose();
}
