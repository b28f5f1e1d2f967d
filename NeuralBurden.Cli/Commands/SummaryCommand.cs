using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb summary MODEL</c>: what a stored model is and costs.</summary>
internal static class SummaryCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("summary", "Layers, shapes, parameters kept, multiply-adds and sizes of a stored model.");
        var checkpoint = new Argument<string>("MODEL")
        {
            Description = "A model of this program, a run folder, or a ViT of timm, DeiT, HuggingFace or torchvision.",
        };
        var known = new ModelOptions();
        command.Arguments.Add(checkpoint);
        known.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = ModelPath.Of(parsed.GetRequiredValue(checkpoint));
            var model = StoredModel.Open(path, known.Hints(parsed));
            var summary = ModelSummary.Of(model, path);
            if (parsed.GetValue(json)) JsonOption.Write(shell, Json(path, model, summary));
            else Write(shell, path, model, summary);
            return 0;
        });
        return command;
    }

    private static void Write(Shell shell, string path, StoredModel model, ModelSummary summary)
    {
        var shape = model.Shape;
        shell.Output.WriteLine($"{path}: {model.Layout}");
        shell.Output.WriteLine(
            $"images {shape.Width} x {shape.Height}, {ReportText.Count(shape.Channels, "channel")}, patch {shape.Patch}: "
            + $"{shape.Tokens} tokens, width {shape.Dim}; {ReportText.Count(shape.Depth, "block")}, "
            + $"{shape.Heads} heads{(model.HeadsAssumed ? " (assumed by its width, --heads N says another number)" : "")}, "
            + $"MLP {shape.MlpDim}; {shape.Classes} classes");
        if (shape.Variant != VitVariant.Plain) shell.Output.WriteLine($"variant: {shape.Variant}");
        shell.Output.WriteLine($"normalisation: {model.Normalization?.Text ?? "not in the file"}");
        var table = new Table().Border(TableBorder.Simple).AddColumns("Tensor", "Shape");
        foreach (string name in (string[])["Parameters", "Kept", "Multiply-adds", "Of kept weights"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var row in summary.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), string.Join(" x ", row.Shape), Text(row.Parameters), Text(row.Kept),
                Text(row.MultiplyAdds), Text(row.KeptMultiplyAdds));
        }

        table.AddRow("attention", "", "", "", Text(summary.AttentionMultiplyAdds), Text(summary.AttentionMultiplyAdds));
        table.AddRow(
            "all", "", Text(summary.Rows.Sum(r => r.Parameters)), Text(summary.Rows.Sum(r => r.Kept)), Text(summary.MultiplyAdds),
            Text(summary.KeptMultiplyAdds));
        shell.Console.Write(table);
        shell.Output.WriteLine(
            $"file {Text(summary.FileBytes)} bytes; dense {Text(summary.DenseBytes)}; compact {Text(summary.CompactBytes)}");
    }

    private static JsonObject Json(string path, StoredModel model, ModelSummary summary) => new()
    {
        ["file"] = path,
        ["layout"] = model.Layout,
        ["channels"] = model.Shape.Channels,
        ["height"] = model.Shape.Height,
        ["width"] = model.Shape.Width,
        ["patch"] = model.Shape.Patch,
        ["dim"] = model.Shape.Dim,
        ["depth"] = model.Shape.Depth,
        ["heads"] = model.Shape.Heads,
        ["heads_assumed"] = model.HeadsAssumed,
        ["mlp"] = model.Shape.MlpDim,
        ["classes"] = model.Shape.Classes,
        ["class_token"] = model.Shape.ClassToken,
        ["variant"] = model.Shape.Variant.ToString(),
        ["normalization"] = model.Normalization?.Text,
        ["parameters"] = summary.Rows.Sum(r => r.Parameters),
        ["parameters_kept"] = summary.Rows.Sum(r => r.Kept),
        ["multiply_adds"] = summary.MultiplyAdds,
        ["multiply_adds_kept"] = summary.KeptMultiplyAdds,
        ["bytes"] = summary.FileBytes,
        ["bytes_dense"] = summary.DenseBytes,
        ["bytes_compact"] = summary.CompactBytes,
        ["tensors"] = JsonOption.Array(summary.Rows, row => new JsonObject
        {
            ["name"] = row.Name,
            ["shape"] = JsonOption.Array(row.Shape, n => JsonValue.Create(n)),
            ["parameters"] = row.Parameters,
            ["kept"] = row.Kept,
            ["multiply_adds"] = row.MultiplyAdds,
            ["multiply_adds_kept"] = row.KeptMultiplyAdds,
        }),
    };

    private static string Text(long count) => ReportText.Number(count, "#,0");
}
