using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Settings;
using Spectre.Console;

namespace NeuralBurden.Cli.Running;

/// <summary>What <c>nb eval</c> says of one model.</summary>
internal static class EvaluationText
{
    // Of more classes the worst are told.
    private const int MostClasses = 20;

    public static void Write(Shell shell, RunConfig config, EvaluationResult result)
    {
        shell.Output.WriteLine(
            $"{config.Data.Name}, {ReportText.Count(result.Images, "image")}: "
            + $"accuracy {ReportText.Percent(result.Accuracy, "0.00")} %, "
            + $"loss {ReportText.Number(result.Loss, "0.0000")}, "
            + $"{ReportText.Number(result.ImagesPerSecond, "#,0")} images/s on {config.Device}");
        if (result.Figures is not { } figures) return;
        shell.Output.WriteLine(
            $"top-5 {ReportText.Percent(figures.Top5Accuracy, "0.00")} %, "
            + $"calibration error (ECE) {ReportText.Percent(figures.CalibrationError, "0.00")} %");
        var classes = figures.PerClass;
        bool all = classes.Count <= MostClasses;
        if (!all) shell.Output.WriteLine($"the {MostClasses} worst of {classes.Count} classes with images:");
        var table = new Table().Border(TableBorder.Simple).AddColumn("Class");
        foreach (string head in (string[])["Images", "Accuracy, %"])
            table.AddColumn(new TableColumn(head).RightAligned());
        table.AddColumn("Most often taken for");
        foreach (var row in all ? classes : classes.OrderBy(c => c.Accuracy).ThenBy(c => c.Label).Take(MostClasses))
        {
            string mistaken = row.Mistaken is { } other
                ? $"{figures.NameOf(other)} ({ReportText.Count(row.MistakenImages, "image")})"
                : "";
            table.AddRow(
                Markup.Escape(figures.NameOf(row.Label)), $"{row.Images}", ReportText.Percent(row.Accuracy, "0.00"),
                Markup.Escape(mistaken));
        }

        shell.Console.Write(table);
    }

    public static JsonObject Json(string path, RunConfig config, EvaluationResult result)
    {
        var json = new JsonObject
        {
            ["checkpoint"] = path,
            ["dataset"] = config.Data.Name,
            ["device"] = config.Device,
            ["images"] = result.Images,
            ["test_accuracy"] = result.Accuracy,
            ["test_loss"] = result.Loss,
            ["eval_images_per_second"] = result.ImagesPerSecond,
        };
        if (result.Figures is not { } figures) return json;
        json["top5_accuracy"] = figures.Top5Accuracy;
        json["calibration_error"] = figures.CalibrationError;
        json["calibration"] = JsonOption.Array(figures.Calibration, bin => new JsonObject
        {
            ["images"] = bin.Images,
            ["confidence"] = bin.Confidence,
            ["accuracy"] = bin.Accuracy,
        });
        json["classes"] = JsonOption.Array(figures.PerClass, row => new JsonObject
        {
            ["class"] = row.Label,
            ["name"] = figures.NameOf(row.Label),
            ["images"] = row.Images,
            ["accuracy"] = row.Accuracy,
        });
        json["confusion"] = JsonOption.Array(figures.Confusion, entry => new JsonObject
        {
            ["label"] = entry.Label,
            ["predicted"] = entry.Predicted,
            ["images"] = entry.Images,
        });
        return json;
    }
}
