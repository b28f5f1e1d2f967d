using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Interchange;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb export MODEL --compact -o FILE</c> or <c>--onnx FILE</c>: a stored model in another form.</summary>
internal static class ExportCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("export", "Writes a stored model in another form.");
        var model = new Argument<string>("MODEL")
        {
            Description = "A model.safetensors, or the run folder that it is in; for --onnx a model of timm or HuggingFace, too.",
        };
        var compact = new Option<bool>("--compact")
        {
            Description = "Kept weights and a bit per weight, into --output; 'nb eval' runs it with sparse kernels.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write with --compact.",
            HelpName = "FILE",
        };
        var onnx = new Option<string?>("--onnx")
        {
            Description = "Writes ONNX, token merging included; pruned weights are sparse where that is smaller.",
            HelpName = "FILE",
        };
        var dense = new Option<bool>("--dense")
        {
            Description = "All weights of the ONNX file dense, for what reads no sparse initializers.",
        };
        var known = new ModelOptions();
        command.Arguments.Add(model);
        command.Options.Add(compact);
        command.Options.Add(output);
        command.Options.Add(onnx);
        command.Options.Add(dense);
        known.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            string source = ModelFolder.FileOf(parsed.GetRequiredValue(model));
            bool isCompact = parsed.GetValue(compact);
            if (isCompact == parsed.GetValue(onnx) is not null)
                throw new UserException("export needs one form to write: --compact -o FILE, or --onnx FILE");
            if (isCompact != parsed.GetValue(output) is not null)
                throw new UserException(isCompact ? "--compact needs the file to write: -o FILE" : "-o belongs to --compact");
            string target = parsed.GetValue(output) ?? parsed.GetValue(onnx)!;
            AtomicFile.RemoveLeftovers(Path.GetDirectoryName(Path.GetFullPath(target))!);
            var hints = known.Hints(parsed);
            if (isCompact) CompactModel.Compress(StoredModel.Open(source, hints).File).Save(target);
            else if (OnnxExport.Write(source, target, hints, !parsed.GetValue(dense)) is { HeadsAssumed: true } read)
                ModelOptions.TellHeads(shell, source, read.Shape.Heads);
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

            string compared = after < before ? $"{Times(before, after)} smaller than" : $"{Times(after, before)} the size of";
            shell.Output.WriteLine($"{target}: {ReportText.Number(after / 1024.0, "#,0")} KiB, {compared} {source}");
            return 0;
        });
        return command;
    }

    private static string Times(long a, long b) => $"{ReportText.Number((double)a / b, "0.0")} times";
}
