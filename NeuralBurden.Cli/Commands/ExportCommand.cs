using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb export --compact CHECKPOINT -o FILE</c>: a pruned model with sparse storage.</summary>
internal static class ExportCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("export", "Writes a stored model in another form.");
        var checkpoint = new Argument<string>("CHECKPOINT")
        {
            Description = "A model.safetensors, or the run folder that it is in.",
        };
        var compact = new Option<bool>("--compact")
        {
            Description = "Kept weights and a bit per weight; 'nb eval' runs it with sparse kernels.",
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "File to write.",
            HelpName = "FILE",
            Required = true,
        };
        command.Arguments.Add(checkpoint);
        command.Options.Add(compact);
        command.Options.Add(output);
        var known = new ModelOptions();
        known.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(compact))
                throw new UserException("export needs the form to write: --compact");
            string source = ModelPath.Of(parsed.GetRequiredValue(checkpoint)), target = parsed.GetRequiredValue(output);
            CompactModel.Compress(StoredModel.Open(source, known.Hints(parsed)).File).Save(target);
            long before = new FileInfo(source).Length, after = new FileInfo(target).Length;
            if (parsed.GetValue(json))
            {
                JsonOption.Write(shell, new JsonObject
                {
                    ["checkpoint"] = source,
                    ["file"] = target,
                    ["bytes"] = after,
                    ["bytes_before"] = before,
                });
                return 0;
            }

            shell.Output.WriteLine(
                $"{target}: {ReportText.Number(after / 1024.0, "#,0")} KiB, "
                + $"{ReportText.Number((double)before / after, "0.0")} times smaller than {source}");
            return 0;
        });
        return command;
    }
}
