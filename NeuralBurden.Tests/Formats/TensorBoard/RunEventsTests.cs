using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Formats.TensorBoard;

/// <summary>What a real run leaves for TensorBoard, read back by an independent decoder.</summary>
public sealed class RunEventsTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void A_run_leaves_scalars_histograms_of_loads_and_pictures_of_merges()
    {
        var config = TrainingRuns.Small with
        {
            Data = TrainingRuns.Small.Data with { TrainCount = 192, TestCount = 50 },
            Tokens = new TokensConfig { Merge = TokensConfig.SinglePass, R = TokenQuantity.Count(4) },
            Optim = TrainingRuns.Small.Optim with { Ema = 0.9 },
            Train = new TrainConfig { Epochs = 2, BatchSize = 64, Validation = 0.25 },
            Burden = new BurdenConfig { ProbeImages = 32 },
        };
        var (result, folder) = _runs.Run(config);

        var values = Values(folder);

        string[] scalars = ["loss/train", "loss/test", "accuracy/test", "accuracy/test_ema", "loss/validation", "optim/lr"];
        foreach (string tag in scalars) Assert.Equal([2L, 4L], values[tag].Select(v => v.Step));
        var (_, accuracy) = values["accuracy/test"].Last();
        Assert.Equal((float)result.TestAccuracy, accuracy.Float(2));
        for (int block = 0; block < config.Model.Depth; block++)
        {
            Assert.Equal(2, values[$"load/blocks.{block}.mlp"].Count());
            var histogram = values[$"load/blocks.{block}.mlp"].Last().Value.Message(5);
            Assert.Equal(config.Model.MlpDim, histogram.Double(3));
            Assert.Equal(config.Model.MlpDim, histogram.Doubles(7).Sum());
            Assert.True(histogram.Double(1) >= 0, "a load is a mean magnitude");
        }

        Assert.Equal([2L, 4L], values["merges"].Select(v => v.Step));
        var image = values["merges"].Last().Value.Message(4);
        var picture = ImageReader.Decode((byte[])image[4].Single(), "merges");
        Assert.Equal((picture.Height, picture.Width), (image.Integer(1), image.Integer(2)));
        Assert.Equal(ImageReader.Read(Path.Combine(folder.Path, RunFolder.MergesPictureFile)).Pixels, picture.Pixels);
    }

    [Fact]
    public void A_resumed_run_tells_TensorBoard_from_which_step_on_to_forget()
    {
        var config = TrainingRuns.Small with
        {
            Data = TrainingRuns.Small.Data with { TrainCount = 192, TestCount = 50 },
            Train = new TrainConfig { Epochs = 3, BatchSize = 64, CheckpointEvery = Duration.Epochs(1) },
            Burden = new BurdenConfig { ProbeImages = 0 },
        };
        var folder = _runs.Folder(config);
        var crash = new ProgressAction(p =>
        {
            if (p is { Step: 6, Phase: TrainingPhase.Training, Finished: not null }) throw new InvalidProgramException();
        });
        Assert.Throws<InvalidProgramException>(() => TrainingRuns.Continue(folder, progress: crash));
        TrainingRuns.Continue(folder);

        var files = Directory.GetFiles(folder.Path, "events.out.tfevents.*").Order(StringComparer.Ordinal).ToList();
        var restarts = files.SelectMany(EventFileReader.Read).Where(e => e[7].Any()).ToList();

        Assert.Equal(2, files.Count);
        Assert.Equal(4, Assert.Single(restarts).Integer(2));
        Assert.Equal([3L, 6L, 6L, 9L], Values(folder)["loss/train"].Select(v => v.Step));
    }

    // Every value of every event file by its tag.
    private static ILookup<string, (long Step, ILookup<int, object> Value)> Values(RunFolder folder) =>
        Directory.GetFiles(folder.Path, "events.out.tfevents.*").Order(StringComparer.Ordinal)
            .SelectMany(EventFileReader.Read)
            .Where(e => e[5].Any())
            .SelectMany(e => e.Message(5)[1].Select(v => (Step: e.Integer(2), Value: EventFileReader.Message((byte[])v))))
            .ToLookup(v => v.Value.Text(1));
}
