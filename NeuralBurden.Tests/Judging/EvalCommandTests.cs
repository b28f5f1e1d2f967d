using System.Text.Json.Nodes;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Judging;

/// <summary>One model judged and two compared, by the command.</summary>
public sealed class EvalCommandTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    private static RunConfig Short => TrainingRuns.Small with
    {
        Train = new TrainConfig { Epochs = 2, BatchSize = 64 },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    [Fact]
    public void A_model_is_judged_by_its_logits_in_the_command_the_result_and_the_report()
    {
        var (result, folder) = _runs.Run(Short);
        string logits = Path.Combine(folder.Path, "logits.npy");

        var json = JsonNode.Parse(Nb(0, "eval", folder.Path, "--json", "--threads", "1", "--logits", logits))!;

        var figures = result.Classification!;
        Assert.Equal(result.TestAccuracy, json["test_accuracy"]!.GetValue<double>(), 12);
        Assert.Equal(figures.Top5Accuracy, json["top5_accuracy"]!.GetValue<double>(), 12);
        Assert.Equal(figures.CalibrationError, json["calibration_error"]!.GetValue<double>(), 1e-5);
        Assert.Equal(200, json["confusion"]!.AsArray().Sum(e => e!["images"]!.GetValue<int>()));
        int right = json["confusion"]!.AsArray()
            .Where(e => e!["label"]!.GetValue<int>() == e["predicted"]!.GetValue<int>()).Sum(e => e!["images"]!.GetValue<int>());
        Assert.Equal(result.TestAccuracy, right / 200.0, 12);
        var (_, values) = NpyReader.Read(logits);
        int[] predicted = [.. values.Chunk(10).Select(row => Array.IndexOf(row, row.Max()))];
        Assert.All(
            predicted.GroupBy(p => p),
            g => Assert.Equal(g.Count(), figures.Confusion.Where(c => c.Predicted == g.Key).Sum(c => c.Images)));

        string text = Nb(0, "eval", folder.Path, "--threads", "1");
        Assert.Contains("top-5 ", text);
        Assert.Contains("calibration error (ECE) ", text);
        var stored = new StoredRun { Config = folder.Config, Result = result };
        Assert.Contains("Confusion, small", HtmlReport.Create("one", [stored]));
    }

    [Fact]
    public void Two_models_are_compared_on_the_same_images()
    {
        var (a, first) = _runs.Run(Short);
        var (b, second) = _runs.Run(Short with { Seed = 8 });

        var json = JsonNode.Parse(Nb(0, "eval", first.Path, second.Path, "--json", "--threads", "1"))!;

        int Count(string name) => json[name]!.GetValue<int>();
        Assert.Equal(200, Count("both_right") + Count("only_a") + Count("only_b") + Count("neither"));
        Assert.Equal(a.TestAccuracy, (Count("both_right") + Count("only_a")) / 200.0, 12);
        Assert.Equal(b.TestAccuracy, (Count("both_right") + Count("only_b")) / 200.0, 12);
        Assert.Equal(a.TestAccuracy - b.TestAccuracy, json["difference"]!.GetValue<double>(), 12);
        string text = Nb(0, "eval", first.Path, second.Path, "--threads", "1");
        Assert.Contains($"both right {Count("both_right")}, only A {Count("only_a")}, only B {Count("only_b")}", text);
        Assert.Matches("McNemar: exact p [0-9.]+, mid-p [0-9.]+", text);
        Assert.Equal(1, JsonNode.Parse(Nb(0, "eval", first.Path, first.Path, "--json"))!["mcnemar_p"]!.GetValue<double>());
    }

    [Fact]
    public void Models_of_different_images_are_refused_until_a_set_is_named()
    {
        var (_, first) = _runs.Run(Short);
        var (_, other) = _runs.Run(Short with { Data = Short.Data with { Seed = 3 } });

        Assert.Contains("whose test images are others: --data NAME", Nb(1, "eval", first.Path, other.Path));
        Assert.Contains("is for one model", Nb(1, "eval", first.Path, first.Path, "--logits", "x"));
        Assert.Contains("McNemar", Nb(0, "eval", first.Path, other.Path, "--data", "glyphs", "--set", "data.seed=5"));
    }

    [Fact]
    public void Logits_that_are_not_finite_are_refused_with_file_and_image()
    {
        var (_, folder) = _runs.Run(Short);
        var model = Checkpoint.Load(folder.CheckpointPath);
        var broken = new Checkpoint(model.Kind, model.Info);
        foreach (string name in model.Names)
        {
            model.TryGet(name, out var tensor);
            if (name != "head.weight") broken.Add(tensor!);
        }

        // Finite weights whose products are not.
        broken.Add("head.weight", [10, 16], Enumerable.Repeat(float.MaxValue, 160).ToArray());
        foreach (var (key, value) in model.Extra) broken.SetExtra(key, value);
        string path = Path.Combine(folder.Path, "broken.safetensors");
        broken.Save(path);

        Assert.Contains($"{path}: logits: are not finite for test image", Nb(1, "eval", path));
    }

    public void Dispose() => _runs.Dispose();

    private static string Nb(int code, params string[] args)
    {
        var log = new StringWriter();
        Assert.True(code == NbProgram.Run(args, Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn))), log.ToString());
        return log.ToString();
    }
}
