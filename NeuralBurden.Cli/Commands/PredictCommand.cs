using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Inference;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb predict MODEL IMAGE...</c>: the classes of image files.</summary>
internal static class PredictCommand
{
    private const int Batch = 32;

    public static Command Create(Shell shell)
    {
        var command = new Command("predict", "The classes of images by a stored model.");
        var model = new Argument<string>("MODEL")
        {
            Description = "A model of this program, of timm, DeiT or HuggingFace: a file, or the folder that it is in.",
        };
        var images = new Argument<string[]>("IMAGE")
        {
            Description = "PNG, JPEG, GIF, BMP, TIFF or WebP files; scaled to the model's size, the middle cropped.",
            Arity = ArgumentArity.OneOrMore,
        };
        var top = CliOption.Of<int>("--top", "N", "How many classes to tell of each image.", 3).Whole(1);
        var (known, common) = (new ModelOptions(), new CommonOptions());
        command.Takes(model, images, top);
        known.AddTo(command);
        common.AddDeviceTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string[] files = parsed.GetRequiredValue(images);
            foreach (string file in files)
                if (!File.Exists(file)) throw new UserException($"there is no image {file}");
            var (options, hints) = (common.Options(parsed), known.Hints(parsed));
            var first = ImageReader.Read(files[0]);
            string path = parsed.GetRequiredValue(model);
            using var opened = PrunedModel.Load(path, new InferenceOptions
            {
                Device = common.Device(parsed) ?? "cpu",
                Threads = options.Threads ?? 0,
                Sparse = options.Sparse,
                Batch = Math.Min(Batch, files.Length),
                Heads = hints.Heads,
                Normalization = hints.Normalization,
                ImageSize = hints.ImageSize,
                Images = (first.Height, first.Width),
            });
            if (opened.HeadsAssumed) ModelOptions.TellHeads(shell, path, opened.Shape.Heads);
            var predictions = new List<(string File, Prediction Prediction)>();
            foreach (string[] batch in files.Chunk(Batch))
            {
                cancellation.ThrowIfCancellationRequested();
                predictions.AddRange(batch.Zip(opened.Predict([.. batch.Select(ImageReader.Read)])));
            }

            int count = parsed.GetValue(top);
            if (parsed.GetValue(json))
                JsonOption.Write(shell, JsonOption.Array(predictions, p => Json(p.File, p.Prediction, count)));
            else
                shell.Console.Write(Table(predictions, count));
            return Task.FromResult(0);
        });
        return command;
    }

    private static JsonObject Json(string file, Prediction prediction, int top) => new()
    {
        ["file"] = file,
        ["logits"] = JsonOption.Array(prediction.Logits, logit => JsonValue.Create(logit)),
        ["top"] = JsonOption.Array(prediction.Top(top), score => new JsonObject
        {
            ["class"] = score.Index,
            ["name"] = score.Name,
            ["probability"] = score.Probability,
        }),
    };

    private static Table Table(IEnumerable<(string File, Prediction Prediction)> predictions, int top)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Image", "Class")
            .AddColumn(new TableColumn("Probability, %").RightAligned());
        foreach (var (file, prediction) in predictions)
        {
            string image = file;
            foreach (var score in prediction.Top(top))
            {
                table.AddRow(Markup.Escape(image), Markup.Escape(score.Name), ReportText.Percent(score.Probability, "0.0"));
                image = "";
            }
        }

        return table;
    }
}
