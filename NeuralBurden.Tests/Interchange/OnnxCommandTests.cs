using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Data;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Interchange;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Interchange;

/// <summary>What <c>nb export --onnx</c> writes says in ONNX Runtime what <c>nb eval</c> says.</summary>
public sealed class OnnxCommandTests : IDisposable
{
    private readonly TrainingRuns _runs = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-onnx-").FullName;

    public static TheoryData<string> Foreign => [.. ForeignFiles.Models];

    [Theory]
    [InlineData("dense", "none")]
    [InlineData("pdwp", "single-pass")]
    [InlineData("mlp-units", "tome")]
    public void A_trained_model_has_the_logits_of_eval(string method, string merge)
    {
        var config = TrainingRuns.Small with
        {
            Pruning = new PruningConfig { Method = method, Sparsity = 0.7, UpdateEvery = Duration.Steps(4) },
            Tokens = new TokensConfig { Merge = merge },
            Burden = new BurdenConfig { ProbeImages = 0 },
        };
        var (_, folder) = _runs.Run(config);
        string model = folder.CheckpointPath;
        string logits = Path.Combine(_folder, "logits.npy"), onnx = Path.Combine(_folder, "m.onnx");
        if (method == "pdwp") model = Through("dense", "export", model, "--dense", "-o");
        if (method == "mlp-units") model = Through("shrunk", "shrink", model, "-o");
        Nb("eval", model, "--logits", logits, "--threads", "1");

        Nb("export", model, "--onnx", onnx);

        var test = Test(config);
        AssertClose(NpyReader.Read(logits).Values, OnnxRun.Logits(onnx, Input(test)), 1e-4);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(onnx);
        Assert.Contains(test.ClassNames[1], session.ModelMetadata.CustomMetadataMap["class_names"]);
    }

    [SkippableFact]
    public void On_MNIST_the_classes_are_those_of_eval()
    {
        Skip.IfNot(
            DatasetCatalog.List().Any(s => s.Manifest.Name == "mnist" && s.Location is not null),
            "NB_DATA names no folder with MNIST");
        var config = TrainingRuns.Small with
        {
            Data = new DataConfig { Name = "mnist" },
            Model = new ModelConfig { Dim = 32, Depth = 2, Heads = 2, Patch = 7 },
            Pruning = new PruningConfig { Method = "gmp", Sparsity = 0.6 },
            Tokens = new TokensConfig { Merge = TokensConfig.SinglePass },
            Train = new TrainConfig { Epochs = 4, BatchSize = 64, Limit = 10_000 },
            Burden = new BurdenConfig { ProbeImages = 0 },
        };
        var (result, folder) = _runs.Run(config);
        string logits = Path.Combine(_folder, "logits.npy"), onnx = Path.Combine(_folder, "m.onnx");
        Nb("eval", folder.CheckpointPath, "--logits", logits, "--threads", "1");

        Nb("export", folder.CheckpointPath, "--onnx", onnx);

        Assert.True(result.TestAccuracy > 0.5, $"a model that has learnt nothing: {result.TestAccuracy}");
        float[] theirs = OnnxRun.Logits(onnx, Input(Test(config)));
        Assert.Equal(Classes(NpyReader.Read(logits).Values), Classes(theirs));
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_model_of_another_library_has_that_library_s_logits(string file)
    {
        string onnx = Path.Combine(_folder, "m.onnx");

        var read = OnnxExport.Write(ForeignFiles.PathOf(file), onnx, new ModelHints
        {
            Heads = 4,
            Images = ForeignFiles.SizeOf(file),
            Normalization = Normalization.ImageNet,
        });

        Assert.Equal(7, read.Shape.Classes);
        AssertClose(ForeignFiles.Logits(file), OnnxRun.Logits(onnx, ForeignFiles.Input(file)), 1e-4);
    }

    [Fact]
    public void Export_says_which_files_there_are_and_writes_one()
    {
        string model = ForeignFiles.PathOf("plain.safetensors");

        Assert.Contains("needs one file", Refused("export", model));
        Assert.Contains("needs one file", Refused("export", model, "--onnx", Path.Combine(_folder, "x"), "-o", "y"));
        Assert.Contains("two forms", Refused("export", model, "--compact", "--dense", "-o", Path.Combine(_folder, "x")));
        Assert.Contains("--heads 0", Refused("export", model, "--onnx", Path.Combine(_folder, "x"), "--heads", "0"));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose()
    {
        _runs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Through(string name, params string[] arguments)
    {
        string file = Path.Combine(_folder, name);
        Nb([.. arguments, file]);
        return file;
    }

    private static ImageDataset Test(RunConfig config) => RunEngine.LoadData(config, new()).Test;

    private static float[] Input(ImageDataset test)
    {
        int plane = test.Height * test.Width;
        byte[] pixels = test.AllPixels();
        float[] input = new float[pixels.Length];
        for (int i = 0; i < input.Length; i++)
        {
            int channel = i / plane % test.Channels;
            input[i] = ((pixels[i] / 255f) - test.Mean[channel]) / test.Std[channel];
        }

        return input;
    }

    private static int[] Classes(float[] logits) => [.. logits.Chunk(10).Select(row => Array.IndexOf(row, row.Max()))];

    private static void AssertClose(float[] expected, float[] found, double distance)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.InRange(expected.Zip(found, (a, b) => Math.Abs(a - b)).Max(), 0, distance);
    }

    private static void Nb(params string[] arguments)
    {
        var log = new StringWriter();
        int code = NbProgram.Run(arguments, Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));
        Assert.True(code == 0, log.ToString());
    }

    private static string Refused(params string[] arguments)
    {
        var log = new StringWriter();
        Assert.NotEqual(0, NbProgram.Run(arguments, Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn))));
        return log.ToString();
    }
}
