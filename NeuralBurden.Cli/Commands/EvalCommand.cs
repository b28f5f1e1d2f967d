using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb eval CHECKPOINT</c>: a stored model on the test set of its config.</summary>
internal static class EvalCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("eval", "Accuracy and loss of a stored model on its test set.");
        var checkpoint = new Argument<string>("CHECKPOINT")
        {
            Description = "A model of this program, a run folder, or a ViT of timm, DeiT, HuggingFace or torchvision.",
        };
        var logits = new Option<string?>("--logits")
        {
            Description = "Writes the logits as .npy [images, classes], in the order of the test set.",
            HelpName = "FILE",
        };
        var common = new CommonOptions();
        var model = new ModelOptions();
        command.Arguments.Add(checkpoint);
        command.Options.Add(logits);
        common.AddConfigTo(command);
        model.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string path = ModelPath.Of(parsed.GetRequiredValue(checkpoint));
            var config = StoredConfig.For(shell, path, common, parsed, model.Hints(parsed));
            var result = shell.Engine.Evaluate(config, path, common.Options(parsed), cancellation);
            if (parsed.GetValue(logits) is { } file)
                NpyFile.Write(file, [result.Images, result.Classes], result.Logits);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(shell, new JsonObject
                {
                    ["checkpoint"] = path,
                    ["dataset"] = config.Data.Name,
                    ["device"] = config.Device,
                    ["images"] = result.Images,
                    ["test_accuracy"] = result.Accuracy,
                    ["test_loss"] = result.Loss,
                    ["eval_images_per_second"] = result.ImagesPerSecond,
                });
            }
            else
            {
                shell.Output.WriteLine(
                    $"{config.Data.Name}, {ReportText.Count(result.Images, "image")}: "
                    + $"accuracy {ReportText.Percent(result.Accuracy, "0.00")} %, "
                    + $"loss {ReportText.Number(result.Loss, "0.0000")}, "
                    + $"{ReportText.Number(result.ImagesPerSecond, "#,0")} images/s on {config.Device}");
            }

            return Task.FromResult(0);
        });
        return command;
    }
}
