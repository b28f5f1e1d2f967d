using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb burden RUNDIR</c>: the neural burden of a run, explained.</summary>
internal static class BurdenCommand
{
    private static readonly string[] Sites = Names<BurdenSite>(RunJson.Default.BurdenSite);
    private static readonly string[] Phases = Names<BurdenPhase>(RunJson.Default.BurdenPhase);

    public static Command Create(Shell shell)
    {
        var command = new Command("burden", "Prints the neural burden of a run, layer by layer, and explains it.");
        var folder = new Argument<string>("RUNDIR") { Description = "A run folder, finished or not." };
        var epoch = CliOption.Of<int?>("--epoch", "N", "Epoch to print; the last one measured by default.");
        var site = new Option<string>("--site")
        {
            Description = "Units to print: mlp, the hidden units; q, k, v; or attention, its output.",
            DefaultValueFactory = _ => "mlp",
        };
        var phase = new Option<string>("--phase")
        {
            Description = "Moment within the epoch.",
            DefaultValueFactory = _ => "epoch-end",
        };
        site.AcceptOnlyFromAmong(Sites);
        phase.AcceptOnlyFromAmong(Phases);
        command.Takes(folder, epoch, site, phase);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = Path.Combine(parsed.GetRequiredValue(folder), RunFolder.BurdenFile);
            if (!File.Exists(path)) throw new UserException($"{path}: there is no such file; the run measured no burden");
            var at = (BurdenSite)Array.IndexOf(Sites, parsed.GetRequiredValue(site));
            var when = (BurdenPhase)Array.IndexOf(Phases, parsed.GetRequiredValue(phase));
            var records = Choose(path, at, when, parsed.GetValue(epoch));
            if (parsed.GetValue(json)) WriteJson(shell, records);
            else WriteTable(shell, records);
            return 0;
        });
        return command;
    }

    private static List<BurdenRecord> Choose(string path, BurdenSite site, BurdenPhase phase, int? epoch)
    {
        var records = BurdenRecords.Read(path).Where(r => r.Site == site && r.Phase == phase).ToList();
        string what = $"no record of site {Sites[(int)site]} and phase {Phases[(int)phase]}";
        if (records.Count == 0) throw new UserException($"{path}: there is {what}");
        int chosen = epoch ?? records[^1].Epoch;
        var found = records.Where(r => r.Epoch == chosen).ToList();
        string epochs = string.Join(", ", records.Select(r => r.Epoch).Distinct());
        return found.Count > 0
            ? found
            : throw new UserException($"{path}: there is {what} in epoch {chosen}; measured: {epochs}");
    }

    private static void WriteTable(Shell shell, List<BurdenRecord> records)
    {
        var first = records[0];
        var measures = BurdenMeasure.All.Where(m => records.Exists(r => Has(m, r))).ToList();
        shell.Output.WriteLine(
            $"{Sites[(int)first.Site]} units, epoch {first.Epoch}, step {first.Step}, {Phases[(int)first.Phase]}; "
            + $"reference: {first.Reference.ToString().ToLowerInvariant()}");
        var table = new Table().Border(TableBorder.Simple).AddColumn("Median | 95th percentile over units");
        foreach (var record in records) table.AddColumn(new TableColumn($"Block {record.Layer}").RightAligned());
        Row("sparsity", r => Number(r.Sparsity));
        Row("tokens", r => Number(r.Tokens));
        Row("units", r => Number(r.Units));
        foreach (var measure in measures) Row(measure.Name, r => Text(measure, r));
        shell.Console.Write(table);
        foreach (var measure in measures)
            shell.Output.WriteLine($"{measure.Name}: {measure.Formula}; {measure.Meaning}");

        void Row(string name, Func<BurdenRecord, string> text) =>
            table.AddRow([Markup.Escape(name), .. records.Select(r => Markup.Escape(text(r)))]);
    }

    private static void WriteJson(Shell shell, List<BurdenRecord> records) => JsonOption.Write(shell, new JsonObject
    {
        ["records"] = JsonOption.Array(records, r => JsonSerializer.SerializeToNode(r, RunJson.Default.BurdenRecord)),
        ["measures"] = JsonOption.Array(BurdenMeasure.All, m => new JsonObject
        {
            ["name"] = m.Name,
            ["field"] = m.Field,
            ["formula"] = m.Formula,
            ["meaning"] = m.Meaning,
        }),
    });

    private static bool Has(BurdenMeasure measure, BurdenRecord record) =>
        measure.Units?.Invoke(record) is not null || measure.Value?.Invoke(record) is not null;

    private static string Text(BurdenMeasure measure, BurdenRecord record) =>
        measure.Units?.Invoke(record) is { } units ? $"{Number(units.P50)} | {Number(units.P95)}"
        : measure.Value?.Invoke(record) is { } value ? Number(value)
        : "";

    private static string Number(double value)
    {
        string format = Math.Abs(value) is >= 1e5 or (> 0 and < 5e-4) ? "0.0e+0" : "0.###";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string[] Names<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(v => JsonSerializer.Serialize(v, type).Trim('"'))];
}
