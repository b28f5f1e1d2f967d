using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb look CHECKPOINT</c>: a picture of the tokens that a model merges.</summary>
internal static class LookCommand
{
    private const int MostImages = 500;

    public static Command Create(Shell shell)
    {
        var command = new Command("look", "Draws which patches a stored model merges into one token.");
        var checkpoint = new Argument<string>("CHECKPOINT")
        {
            Description = "A model.safetensors, or the run folder that it is in, whose model merges tokens.",
        };
        var images = CliOption.Of<int>("--images", "N", $"Test images to draw, 1 to {MostImages}.", 16).Whole(1, MostImages);
        var picture = CliOption.Of<string?>("--picture", "FILE", "The PNG to write; look.png beside the checkpoint by default.");
        var common = new CommonOptions();
        command.Takes(checkpoint, images, picture);
        common.AddConfigTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = ModelPath.Of(parsed.GetRequiredValue(checkpoint));
            var config = StoredConfig.For(shell, path, common, parsed, ModelHints.None);
            string file = parsed.GetValue(picture)
                ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "look.png");
            var (look, drawn) = MergeViewer.Run(config, path, common.Options(parsed), parsed.GetValue(images));
            PngWriter.Write(file, drawn);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(shell, new JsonObject
                {
                    ["checkpoint"] = path,
                    ["merge"] = look.Merge,
                    ["images"] = look.Images,
                    ["picture"] = file,
                    ["stages"] = JsonOption.Array(look.Stages, stage => new JsonObject
                    {
                        ["place"] = stage.Place,
                        ["before"] = stage.Before,
                        ["after"] = stage.After,
                        ["similarity"] = stage.Similarity,
                    }),
                });
            }
            else
            {
                shell.Output.WriteLine($"{look.Merge}, {ReportText.Count(look.Images, "image")}: {MergeText.Of(look)}");
                shell.Output.WriteLine($"written to {file}");
            }

            return 0;
        });
        return command;
    }
}
