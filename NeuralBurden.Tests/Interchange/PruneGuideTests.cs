using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>The page "Prune your own checkpoint", by its commands, on a small timm-like model and generated pictures.</summary>
public sealed partial class PruneGuideTests : IDisposable
{
    private const int Side = 16;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_command_of_the_page_does_what_the_page_says()
    {
        // 192 wide: a width of published models, whose heads need no hint.
        new TimmVit { Dim = 192, Heads = 3, Hidden = 24, Depth = 2, Patch = 8, Rows = 2, Columns = 2, Classes = 3 }
            .Save(_folder.File("vit.safetensors"));
        DrawPictures(_folder.File("pictures"), classes: 3, each: 20);
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "prune-your-checkpoint.md"));
        var commands = Command().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.True(commands.Count >= 8, $"{commands.Count} commands found");

        var said = commands.ToDictionary(line => line, Run);

        Assert.Contains("192 x 3 x 8 x 8", said["nb summary vit.safetensors"]);
        Assert.Matches(@"accuracy [0-9.]+ %", said["nb eval sparse.safetensors"]);
        Assert.Contains("times the size of", said["nb export sparse.safetensors --dense -o dense.safetensors"]);
        AssertPruned("sparse.safetensors", 0.5);
        AssertPruned("tuned.safetensors", 0.7);
        string run = Assert.Single(Directory.GetDirectories(_folder.File("runs")));
        AssertPruned(Path.Combine(run, "model.safetensors"), 0.7);
        Assert.NotEqual(Weights("tuned.safetensors"), Weights(Path.Combine(run, "model.safetensors")));
        AssertOnnxAgrees(said["nb predict sparse.safetensors pictures/class0/0.png --json"]);
    }

    // What the page exported last, on the picture that it predicted, normalised as ImageNet's.
    private void AssertOnnxAgrees(string predicted)
    {
        float[] logits = JsonNode.Parse(predicted)![0]!["logits"]!.AsArray().Select(n => n!.GetValue<float>()).ToArray();
        var image = ImageReader.Read(_folder.File("pictures/class0/0.png"));
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        float[] input = [.. Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, Side * Side)
            .Select(i => ((image.Pixels[(3 * i) + c] / 255f) - mean[c]) / deviation[c]))];

        float[] found = OnnxRun.Logits(_folder.File("sparse.onnx"), input);

        Assert.Equal(logits.Length, found.Length);
        Assert.All(logits.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private void AssertPruned(string file, double share)
    {
        float[] weights = Weights(file);
        Assert.Equal(share, weights.Count(w => w == 0) / (double)weights.Length, 0.001);
    }

    private float[] Weights(string file) =>
        Checkpoint.Load(_folder.File(file)).Floats("blocks.1.mlp.fc1.weight", 24, 192).ToArray();

    // In the folder, on small pictures.
    private string Run(string line)
    {
        string[] words = line.Replace("--size 224", $"--size {Side}").Split(' ')[1..];
        for (int i = 0; i < words.Length; i++)
        {
            string[] pair = words[i].Split('=');
            string last = pair[^1];
            if (last == "pictures" || Path.GetExtension(last) is ".safetensors" or ".nbset" or ".onnx" or ".png")
                words[i] = string.Join('=', [.. pair[..^1], _folder.File(last)]);
        }

        if (words.Contains("--epochs")) words = [.. words, "--out", _folder.File("runs")];
        using StringWriter output = new(), error = new();
        int code = NbProgram.Run(words, Shell.Of(output, error, NbProgram.Engine));
        Assert.True(code == 0, $"{line}: {error}");
        return output.ToString();
    }

    private static void DrawPictures(string folder, int classes, int each)
    {
        var source = new CaseSource(3);
        for (int c = 0; c < classes; c++)
        {
            Directory.CreateDirectory(Path.Combine(folder, $"class{c}"));
            for (int i = 0; i < each; i++)
            {
                byte[] pixels = [.. source.Ints(3 * Side * Side, 0, 255).Select(v => (byte)v)];
                PngWriter.Write(Path.Combine(folder, $"class{c}", $"{i}.png"), new RasterImage(Side, Side, 3, pixels));
            }
        }
    }

    [GeneratedRegex("^    (nb .*)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
