using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>mpirun -np N nb bench allreduce</c>: what the exchange of gradients costs here, by size.</summary>
internal static class BenchAllreduceCommand
{
    private const int Mebi = 1 << 20;

    public static Command Create(Shell shell)
    {
        var command = new Command(
            "allreduce", "Time of the gradient exchange by size, under mpirun; sums are checked before they are timed.");
        var most = CliOption.Of<int>("--mib", "N", "Largest size in MiB.", 64).Whole(1, 1024);
        command.Options.Add(most);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            if (!MpiJob.IsShared) throw new UserException("start it with others: mpirun -np 2 nb bench allreduce");
            using var world = MpiWorld.Join();
            var timings = new AllreduceTiming(world).Run((long)parsed.GetValue(most) * Mebi);
            if (parsed.GetValue(json)) JsonOption.Write(shell, JsonOption.Array(timings, Json));
            else Write(shell, world.Ranks, timings);
            return 0;
        });
        return command;
    }

    private static JsonObject Json(AllreduceResult timing) => new()
    {
        ["bytes"] = timing.Bytes,
        ["repeats"] = timing.Repeats,
        ["median_us"] = timing.Median,
        ["p10_us"] = timing.Low,
        ["p90_us"] = timing.High,
    };

    private static void Write(Shell shell, int ranks, IReadOnlyList<AllreduceResult> timings)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Bytes", "Median, us", "p10 to p90, us", "GB/s", "Repeats");
        foreach (var t in timings)
        {
            table.AddRow(
                ReportText.Number(t.Bytes, "#,0"),
                ReportText.Number(t.Median, "#,0.0"),
                $"{ReportText.Number(t.Low, "#,0.0")} to {ReportText.Number(t.High, "#,0.0")}",
                ReportText.Number(t.Bytes / t.Median / 1000, "0.000"),
                $"{t.Repeats}");
        }

        shell.Output.WriteLine($"mean of float32 gradients over {ranks} ranks");
        shell.Console.Write(table);
    }
}
