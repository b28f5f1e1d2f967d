using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench compare A.json B.json</c>: what changed by more than the spread of the measurements.</summary>
internal static class BenchCompareCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("compare", "Tells what differs between two files of 'nb bench devices --save'.");
        var before = new Argument<string>("A") { Description = "The first file." };
        var after = new Argument<string>("B") { Description = "The second file." };
        var fail = new Option<bool>("--fail") { Description = "Exit code 1 if anything is slower in the second file." };
        command.Takes(before, after, fail);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            DeviceFile first = DeviceFiles.Read(parsed.GetValue(before)!), second = DeviceFiles.Read(parsed.GetValue(after)!);
            var changes = DeviceChange.Of(first, second);
            if (changes.Count == 0)
                throw new UserException($"{first.Source} and {second.Source} have nothing in common that both measured");
            if (parsed.GetValue(json)) JsonOption.Write(shell, JsonOption.Array(changes, Json));
            else Write(shell, first, second, changes);
            return parsed.GetValue(fail) && changes.Any(c => c.IsSlower) ? UserException.Failure : 0;
        });
        return command;
    }

    private static void Write(Shell shell, DeviceFile first, DeviceFile second, IReadOnlyList<DeviceChange> changes)
    {
        shell.Output.WriteLine($"A: {first.Machine}, {first.Date:yyyy-MM-dd}; B: {second.Machine}, {second.Date:yyyy-MM-dd}");
        var beyond = changes.Where(c => c.IsBeyondSpread).ToList();
        if (beyond.Count > 0)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("", "A", "B", "A ms", "B ms", "speed of B");
            foreach (var change in beyond.OrderBy(c => c.Ratio))
            {
                table.AddRow(
                    Markup.Escape(change.Before.Case),
                    Markup.Escape(change.Before.Column),
                    Markup.Escape(change.After.Column),
                    ReportText.Number(change.Before.Median * 1e3, "0.000"),
                    ReportText.Number(change.After.Median * 1e3, "0.000"),
                    $"{ReportText.Number(change.Ratio, "0.00")} x");
            }

            shell.Console.Write(table);
        }

        shell.Output.WriteLine(
            $"{changes.Count} in both: {beyond.Count(c => c.IsSlower)} slower in B, {beyond.Count(c => !c.IsSlower)} faster, "
            + $"{changes.Count - beyond.Count} within the spread of the measurements");
    }

    private static JsonObject Json(DeviceChange change) => new()
    {
        ["case"] = change.Before.Case,
        ["before"] = change.Before.Column,
        ["after"] = change.After.Column,
        ["seconds_before"] = change.Before.Median,
        ["seconds_after"] = change.After.Median,
        ["ratio"] = change.Ratio,
        ["beyond_spread"] = change.IsBeyondSpread,
    };
}
