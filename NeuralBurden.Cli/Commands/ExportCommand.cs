using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Interchange;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb export MODEL -o FILE [--dense]</c> or <c>--onnx FILE</c>: a stored model in another form.</summary>
internal static class ExportCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("export", "Writes a stored model in another form.");
        var model = new Argument<string>("MODEL")
        {
            Description = "A model of this program, a run folder, or a ViT of timm, DeiT, HuggingFace or torchvision.",
        };
        // What older versions needed to be told, which model files are now.
        var compact = new Option<bool>("--compact") { Hidden = true };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Writes safetensors with timm's names; pruned matrices are sparse where that is smaller.",
            HelpName = "FILE",
        };
        var onnx = CliOption.Of<string?>(
            "--onnx", "FILE", "Writes ONNX, token merging included; pruned weights are sparse where that is smaller.");
        var dense = new Option<bool>("--dense")
        {
            Description = "All weights dense and no masks: for timm, PyTorch, and what reads no sparse initializers of ONNX.",
        };
        var known = new ModelOptions();
        command.Takes(model, compact, output, onnx, dense);
        known.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            string source = ModelFolder.FileOf(parsed.GetRequiredValue(model));
            var (safetensors, onnxFile) = (parsed.GetValue(output), parsed.GetValue(onnx));
            if (safetensors is null == onnxFile is null)
                throw new UserException("export needs one file to write: -o FILE for safetensors, or --onnx FILE");
            bool isDense = parsed.GetValue(dense);
            if (isDense && parsed.GetValue(compact))
                throw new UserException("--dense and --compact are two forms of one file");
            string target = safetensors ?? onnxFile!;
            AtomicFile.RemoveLeftovers(Path.GetDirectoryName(Path.GetFullPath(target))!);
            var hints = known.Hints(parsed);
            var read = safetensors is null ? OnnxExport.Write(source, target, hints, !isDense) : StoredModel.Open(source, hints);
            if (safetensors is not null) ModelFile.Shipped(read.File, withMasks: !isDense).Save(target, isDense);
            if (read.HeadsAssumed) ModelOptions.TellHeads(shell, source, read.Shape.Heads);
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
