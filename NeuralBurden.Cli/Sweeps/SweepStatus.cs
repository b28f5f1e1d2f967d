using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>Where the runs of a sweep stand, from their folders, and its tasks, from squeue where there is one.</summary>
internal sealed class SweepStatus
{
    private readonly IReadOnlyList<(RunStatus Run, string? Failure)> _runs;
    private readonly IReadOnlyList<SlurmTask>? _tasks;
    private readonly string _name;

    private SweepStatus(SweepFolder folder)
    {
        _name = folder.Name;
        _runs = [.. folder.Configs().Select(c => (RunStatus.Of(folder.Root, c), folder.FailureOf(c)))];
        _tasks = SlurmCommands.Tasks(folder.JobIds());
    }

    public static SweepStatus Of(SweepFolder folder) => new(folder);

    public void Write(Shell shell)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Run", "State", "Epochs", "Accuracy, %", "Notes");
        foreach (var (run, failure) in _runs)
        {
            table.AddRow(
                Markup.Escape(run.Id),
                StateOf(run, failure),
                $"{run.Epochs}/{run.Config.Train.Epochs}",
                run.Result is { } result ? ReportText.Percent(result.TestAccuracy, "0.00") : "",
                Markup.Escape(NoteOf(run, failure)));
        }

        shell.Console.Write(table);
        var states = _runs.GroupBy(r => StateOf(r.Run, r.Failure)).Select(g => $"{g.Count()} {g.Key}");
        shell.Output.WriteLine($"{_name}: {_runs.Count} runs, {string.Join(", ", states)}");
        if (_tasks is null) shell.Output.WriteLine("there is no Slurm here to ask about the submitted tasks");
        else if (_tasks.Count > 0) shell.Output.WriteLine("tasks: " + string.Join(", ", _tasks.GroupBy(Told).Select(Count)));
    }

    public JsonObject Json() => new()
    {
        ["name"] = _name,
        ["runs"] = JsonOption.Array(_runs, r => new JsonObject
        {
            ["id"] = r.Run.Id,
            ["state"] = StateOf(r.Run, r.Failure),
            ["epochs"] = r.Run.Epochs,
            ["of_epochs"] = r.Run.Config.Train.Epochs,
            ["accuracy"] = r.Run.Result?.TestAccuracy,
            ["host"] = r.Run.Owner?.Host,
            ["pid"] = r.Run.Owner?.Pid,
            ["failure"] = r.Failure,
        }),
        ["tasks"] = _tasks is null ? null : JsonOption.Array(_tasks, t => new JsonObject
        {
            ["job"] = t.Job,
            ["index"] = t.Index,
            ["state"] = t.State,
            ["node"] = t.Node,
            ["reason"] = t.Reason,
        }),
    };

    private static string Count(IGrouping<string, SlurmTask> group) => $"{group.Count()} {group.Key}";

    private static string Told(SlurmTask task) =>
        task.State.ToLowerInvariant() + (task.Node == "" ? $" ({task.Reason})" : $" on {task.Node}");

    // A run that failed and was begun again by hand is running, whatever the note of the failure says.
    private static string StateOf(RunStatus run, string? failure) =>
        failure is not null && run.State is (RunState.Waiting or RunState.Stopped)
            ? "failed"
            : run.State.ToString().ToLowerInvariant();

    private static string NoteOf(RunStatus run, string? failure) => run switch
    {
        { Owner: { } owner } => $"process {owner.Pid} on {owner.Host}, "
            + $"for {ReportText.Duration((DateTimeOffset.UtcNow - owner.Started).TotalSeconds)}",
        { State: RunState.Finished, Result: { } result } => ReportText.Duration(result.WallSeconds),
        _ => failure ?? "",
    };
}
