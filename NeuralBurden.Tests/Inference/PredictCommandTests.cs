using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Interchange;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Inference;

/// <summary><c>nb predict</c> on the files of other libraries and on our own.</summary>
public sealed class PredictCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-predict-").FullName;

    public static TheoryData<string> Foreign => [.. ForeignFiles.Models];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Logits_of_image_files_are_those_of_the_library_that_wrote_the_model(string file)
    {
        string[] images = [.. Enumerable.Range(0, 4).Select(i => Image(i, ForeignFiles.SizeOf(file).Height))];

        string[] options = ["--normalize", "imagenet", "--heads", "4", "--json", "--top", "2"];

        using var json = JsonDocument.Parse(Nb(0, ["predict", ForeignFiles.PathOf(file), .. images, .. options]));

        var answers = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(images, answers.Select(a => a.GetProperty("file").GetString()));
        float[] logits = [.. answers.SelectMany(a => a.GetProperty("logits").EnumerateArray()).Select(v => v.GetSingle())];
        Assert.Equal(ForeignFiles.Logits(file), logits, (a, b) => Math.Abs(a - b) < 1e-4);
        foreach (var (answer, row) in answers.Zip(logits.Chunk(7)))
        {
            var top = answer.GetProperty("top").EnumerateArray().ToList();
            Assert.Equal(2, top.Count);
            Assert.Equal(Array.IndexOf(row, row.Max()), top[0].GetProperty("class").GetInt32());
            double sum = row.Sum(l => Math.Exp(l - row.Max()));
            Assert.Equal(1 / sum, top[0].GetProperty("probability").GetDouble(), 1e-6);
        }
    }

    [Fact]
    public void The_table_has_the_names_of_the_classes()
    {
        string model = Path.Combine(_folder, "m.safetensors"), image = Path.Combine(_folder, "cat [1].png");
        SavedModel.Of(SavedModel.Shape).Save(model);
        PngWriter.Write(image, SavedModel.Image(30, 20, 3, seed: 2));

        string[] lines = Nb(0, ["predict", model, image, "--top", "2"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2, lines.Count(line => line.Contains(" class ")));
        Assert.Single(lines, line => line.Contains("cat [1].png"));
    }

    [Fact]
    public void Heads_of_a_published_width_are_taken_and_told()
    {
        string model = Path.Combine(_folder, "tiny.safetensors"), onnx = Path.Combine(_folder, "tiny.onnx");
        SavedModel.Foreign(new VitShape(3, 32, 32, 16, 192, 1, 3, 32, 4, ClassToken: true), seed: 3).Save(model);

        Assert.Contains("3 are taken", Nb(0, ["predict", model, Image(0, 32), "--normalize", "half"]));
        Assert.Contains("3 are taken", Nb(0, ["export", model, "--onnx", onnx]));
        Assert.DoesNotContain("are taken", Nb(0, ["export", model, "--onnx", onnx, "--heads", "4"]));
    }

    [Fact]
    public void Bad_input_is_told_before_anything_is_computed()
    {
        string model = ForeignFiles.PathOf("plain.safetensors"), image = Image(0, 32), text = Path.Combine(_folder, "t.png");
        File.WriteAllText(text, "no image");

        Assert.Contains("imagenet, half, or MEAN,STD", Nb(1, ["predict", model, image, "--heads", "4"]));
        Assert.Contains("'blue' is not a normalisation", Nb(2, ["predict", model, image, "--normalize", "blue"]));
        Assert.Contains("--top 0: allowed", Nb(2, ["predict", model, image, "--top", "0"]));
        Assert.Contains("there is no image nowhere.png", Nb(1, ["predict", model, image, "nowhere.png", "--normalize", "half"]));
        Assert.Contains("t.png", Nb(1, ["predict", model, text, "--normalize", "half"]));
        Assert.Contains("qkv", Nb(1, ["predict", model, image, "--normalize", "half", "--heads", "5"]));
        Assert.Contains("--heads N", Nb(1, ["predict", model, image, "--normalize", "half"]));
        string other = ForeignFiles.PathOf("qk-norm.safetensors");
        Assert.Contains("_norm", Nb(1, ["predict", other, image, "--normalize", "half", "--heads", "4"]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The upper rows of an image of 32 x 32.
    private string Image(int number, int rows)
    {
        string source = ForeignFiles.PathOf($"image-{number}.png");
        if (rows == 32) return source;
        var image = ImageReader.Read(source);
        string target = Path.Combine(_folder, $"upper-{number}.png");
        PngWriter.Write(target, new RasterImage(32, rows, image.Channels, image.Pixels[..(rows * 32 * image.Channels)]));
        return target;
    }

    private static string Nb(int code, string[] arguments)
    {
        var log = new StringWriter();
        int found = NbProgram.Run(arguments, Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));
        Assert.True(code == found, log.ToString());
        return log.ToString();
    }
}
