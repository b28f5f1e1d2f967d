using System.Globalization;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Judging;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Settings;
using Spectre.Console;

namespace NeuralBurden.Cli.Running;

/// <summary>What <c>nb eval A B</c> says of two models on the same images.</summary>
internal static class ComparisonText
{
    // Of more classes those with the largest differences are told.
    private const int MostClasses = 20;

    public static void Write(
        Shell shell, string[] paths, RunConfig config, EvaluationResult first, ModelComparison comparison)
    {
        shell.Output.WriteLine($"A: {paths[0]}");
        shell.Output.WriteLine($"B: {paths[1]}");
        shell.Output.WriteLine(
            $"{config.Data.Name}, {ReportText.Count(comparison.Images, "image")}: accuracy A "
            + $"{ReportText.Percent(comparison.AccuracyA, "0.00")} %, B {ReportText.Percent(comparison.AccuracyB, "0.00")} %");
        shell.Output.WriteLine(
            $"both right {comparison.BothRight}, only A {comparison.OnlyA}, only B {comparison.OnlyB}, "
            + $"neither {comparison.Neither}");
        var (low, high) = comparison.Interval;
        shell.Output.WriteLine(
            $"A - B: {ReportText.Percent(comparison.Difference, "0.00")} points, 95 % interval "
            + $"{ReportText.Percent(low, "0.00")} to {ReportText.Percent(high, "0.00")}");
        shell.Output.WriteLine(
            $"McNemar: exact p {Probability(comparison.ExactP)}, mid-p {Probability(comparison.MidP)}");
        var rows = comparison.PerClass.Where(c => c.OnlyA + c.OnlyB > 0).ToList();
        if (rows.Count > MostClasses)
        {
            shell.Output.WriteLine($"the {MostClasses} of {rows.Count} classes that differ most:");
            rows = [.. rows.OrderByDescending(c => Math.Abs(c.OnlyA - c.OnlyB)).ThenBy(c => c.Label).Take(MostClasses)];
        }

        if (rows.Count == 0) return;
        var table = new Table().Border(TableBorder.Simple).AddColumn("Class");
        foreach (string head in (string[])["Images", "A right", "B right", "Only A", "Only B"])
            table.AddColumn(new TableColumn(head).RightAligned());
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(NameOf(first, row.Label)), $"{row.Images}", $"{row.RightA}", $"{row.RightB}", $"{row.OnlyA}",
                $"{row.OnlyB}");
        }

        shell.Console.Write(table);
    }

    public static JsonObject Json(string[] paths, RunConfig config, EvaluationResult first, ModelComparison comparison) => new()
    {
        ["a"] = paths[0],
        ["b"] = paths[1],
        ["dataset"] = config.Data.Name,
        ["images"] = comparison.Images,
        ["accuracy_a"] = comparison.AccuracyA,
        ["accuracy_b"] = comparison.AccuracyB,
        ["both_right"] = comparison.BothRight,
        ["only_a"] = comparison.OnlyA,
        ["only_b"] = comparison.OnlyB,
        ["neither"] = comparison.Neither,
        ["difference"] = comparison.Difference,
        ["interval"] = new JsonArray(comparison.Interval.Low, comparison.Interval.High),
        ["mcnemar_p"] = comparison.ExactP,
        ["mcnemar_mid_p"] = comparison.MidP,
        ["classes"] = JsonOption.Array(comparison.PerClass, row => new JsonObject
        {
            ["class"] = row.Label,
            ["name"] = NameOf(first, row.Label),
            ["images"] = row.Images,
            ["right_a"] = row.RightA,
            ["right_b"] = row.RightB,
            ["only_a"] = row.OnlyA,
            ["only_b"] = row.OnlyB,
        }),
    };

    private static string NameOf(EvaluationResult result, int label) =>
        result.ClassNames?[label] ?? label.ToString(CultureInfo.InvariantCulture);

    private static string Probability(double p) => p < 1e-4
        ? p.ToString("0.0e+0", CultureInfo.InvariantCulture)
        : ReportText.Number(p, "0.0000");
}
