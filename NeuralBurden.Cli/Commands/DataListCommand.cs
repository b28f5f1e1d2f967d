using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb data list</c>: which data sets are there.</summary>
internal static class DataListCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("list", "Lists the data sets and where they were found.");
        var dataDir = CommonOptions.DataDir();
        command.Options.Add(dataDir);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var sets = DatasetCatalog.List(new DataOptions { DataDir = parsed.GetValue(dataDir) });
            if (parsed.GetValue(json))
                JsonOption.Write(shell, JsonOption.Array(sets, Json));
            else
                shell.Console.Write(Table(sets));
            return 0;
        });
        return command;
    }

    private static JsonObject Json(DatasetStatus status) => new()
    {
        ["name"] = status.Manifest.Name,
        ["title"] = status.Manifest.Title,
        ["found"] = status.Found,
        ["location"] = status.Location,
        ["missing"] = status.Missing,
        ["height"] = status.Manifest.Height,
        ["width"] = status.Manifest.Width,
        ["channels"] = status.Manifest.Channels,
        ["classes"] = JsonOption.Strings(status.Manifest.Classes),
        ["train_images"] = status.Manifest.TrainCount,
        ["test_images"] = status.Manifest.TestCount,
        ["licence"] = status.Manifest.Licence,
    };

    private static Table Table(IEnumerable<DatasetStatus> sets)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Data set", "Found", "Images", "Train", "Test", "Where");
        foreach (var status in sets)
        {
            var manifest = status.Manifest;
            table.AddRow(
                Markup.Escape(manifest.Name),
                status.Found ? "yes" : "no",
                $"{manifest.Height}x{manifest.Width}x{manifest.Channels}, {manifest.Classes.Count} classes",
                ReportText.Number(manifest.TrainCount, "#,0"),
                ReportText.Number(manifest.TestCount, "#,0"),
                Markup.Escape(status.Location ?? status.Missing ?? ""));
        }

        return table;
    }
}
