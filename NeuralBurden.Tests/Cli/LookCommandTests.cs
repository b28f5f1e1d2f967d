using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public sealed class LookCommandTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    [Fact]
    public void Look_draws_the_images_asked_for_and_counts_their_tokens()
    {
        var (result, folder) = _runs.Run(Config("tome"));
        string picture = Path.Combine(folder.Path, "p.png");

        using var json = JsonDocument.Parse(Nb(
            0, "look", folder.CheckpointPath, "--images", "3", "--picture", picture, "--json", "--threads", "1"));

        Assert.Equal("tome", json.RootElement.GetProperty("merge").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("images").GetInt32());
        var stages = json.RootElement.GetProperty("stages").EnumerateArray().ToList();
        Assert.Equal(2, stages.Count);
        Assert.Equal(17, stages[0].GetProperty("before").GetDouble());
        Assert.Equal(result.TokensPerLayer.Select(t => (double)t), stages.Select(s => s.GetProperty("after").GetDouble()));
        Assert.All(stages, s => Assert.InRange(s.GetProperty("similarity").GetDouble(), -1, 1));
        // Two columns of three panels, two rows.
        var drawn = ImageReader.Read(picture);
        Assert.Equal((1252, 452), (drawn.Width, drawn.Height));
        Assert.True(File.Exists(Path.Combine(folder.Path, RunFolder.MergesPictureFile)));
    }

    [Theory]
    [InlineData(151)]
    [InlineData(500)]
    public void Look_makes_room_for_many_images(int images)
    {
        var (_, folder) = _runs.Run(Config("tome") with
        {
            Data = TrainingRuns.Small.Data with { TrainCount = 64, TestCount = 500 },
        });
        string picture = Path.Combine(folder.Path, "many.png");

        Nb(0, "look", folder.CheckpointPath, "--images", $"{images}", "--picture", picture, "--threads", "1");

        // Larger than what an import would take.
        var drawn = SixLabors.ImageSharp.Image.Identify(picture);
        int rows = (drawn.Height - 20) / 216, columns = (drawn.Width - 20) / 616;
        Assert.InRange(images, (rows * columns) - columns + 1, rows * columns);
    }

    [Theory]
    [InlineData(28, 28)]
    [InlineData(32, 32)]
    [InlineData(224, 224)]
    [InlineData(600, 4)]
    [InlineData(5000, 5000)]
    [InlineData(16000, 20)]
    public void One_sheet_holds_no_more_than_a_picture_can(int width, int height)
    {
        int most = MergeSheet.MostImages(width, height);

        Assert.True(most >= 500 || (long)width * height > 20_000 || width > 600);
        Assert.InRange(3L * width * height * most, 0, 16384L * 16384);
    }

    [Fact]
    public void A_model_that_merges_nothing_and_a_file_that_is_none_are_errors()
    {
        var (_, folder) = _runs.Run(Config(TokensConfig.None));
        string picture = Path.Combine(folder.Path, "look.png");

        Assert.Contains("tokens.merge: none; the trained model merges no tokens", Nb(1, "look", folder.CheckpointPath));
        Assert.Contains("there is no checkpoint", Nb(1, "look", folder.CheckpointPath + "x"));
        Assert.Contains("allowed: a whole number, 1 to 500", Nb(2, "look", folder.CheckpointPath, "--images", "0"));
        Assert.Contains("allowed: a whole number, 1 to 500", Nb(2, "look", folder.CheckpointPath, "--images", "two"));
        Assert.False(File.Exists(picture));
    }

    public void Dispose() => _runs.Dispose();

    private static RunConfig Config(string merge) => TrainingRuns.Small with
    {
        Tokens = new TokensConfig { Merge = merge, R = TokenQuantity.Share(0.25) },
        Train = TrainingRuns.Small.Train with { Epochs = 1 },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    private static string Nb(int code, params string[] arguments)
    {
        var log = new StringWriter();
        int actual = NbProgram.Run(arguments, Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));
        Assert.True(actual == code, log.ToString());
        return log.ToString();
    }
}
