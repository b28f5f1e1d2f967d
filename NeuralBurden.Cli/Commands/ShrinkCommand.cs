using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Shrinking;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb shrink CHECKPOINT [-o FILE]</c>: pruned heads and MLP units cut out.</summary>
internal static class ShrinkCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command(
            "shrink", "Cuts pruned heads and MLP units out of a model; its logits stay within rounding.");
        var checkpoint = new Argument<string>("CHECKPOINT")
        {
            Description = "A model.safetensors, or run folder, of a run with pruning.method heads or mlp-units.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write; small.safetensors beside the checkpoint by default.",
            HelpName = "FILE",
        };
        command.Takes(checkpoint, output);
        var known = new ModelOptions();
        known.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            string source = ModelPath.Of(parsed.GetRequiredValue(checkpoint));
            string target = parsed.GetValue(output)
                ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source))!, "small.safetensors");
            var hints = known.Hints(parsed);
            var config = ConfigExpansion.Single(StoredConfig.Of(source, hints).Config, ConfigOverrides.None);
            var model = StoredModel.Open(source, hints).File;
            var shrunk = ModelShrinker.Shrink(model, config);
            AtomicFile.RemoveLeftovers(Path.GetDirectoryName(Path.GetFullPath(target))!);
            shrunk.File.Save(target);
            long before = Parameters(model), after = Parameters(shrunk.File);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(shell, new JsonObject
                {
                    ["checkpoint"] = source,
                    ["file"] = target,
                    ["parameters"] = after,
                    ["parameters_before"] = before,
                    ["blocks"] = JsonOption.Array(shrunk.Before.Zip(shrunk.After), block => new JsonObject
                    {
                        ["heads_before"] = block.First.Heads,
                        ["heads"] = block.Second.Heads,
                        ["mlp_units_before"] = block.First.MlpDim,
                        ["mlp_units"] = block.Second.MlpDim,
                    }),
                });
                return 0;
            }

            Tell("heads", b => b.Heads);
            Tell("MLP units", b => b.MlpDim);
            shell.Output.WriteLine(
                $"{target}: {ReportText.Number(after, "#,0")} of {ReportText.Number(before, "#,0")} parameters");
            return 0;

            void Tell(string what, Func<BlockShape, int> extent) => shell.Output.WriteLine(
                $"{what} per block: {List(shrunk.Before, extent)} -> {List(shrunk.After, extent)}");
        });
        return command;
    }

    private static long Parameters(Checkpoint model) =>
        model.Names.Where(name => CheckpointKeys.PrefixOf(name) == "").Sum(model.Count);

    private static string List(IEnumerable<BlockShape> blocks, Func<BlockShape, int> extent) =>
        string.Join(", ", blocks.Select(extent));
}
