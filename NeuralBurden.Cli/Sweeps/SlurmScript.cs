using System.Text;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>The batch script of a sweep's job array, one task per run.</summary>
internal static class SlurmScript
{
    /// <summary>Tasks of one array; Slurm's own limit where its administrator set none.</summary>
    public const int MostTasks = 1000;

    // USR1 is the time limit coming: checkpoint, then back into the queue. TERM is a job that was cancelled, or preempted
    // and requeued by Slurm itself: checkpoint only.
    private const string Body = """
        trap 'again=1 signalled=1; kill -TERM "$child"' USR1
        trap 'signalled=1; kill -TERM "$child"' TERM
        again=
        COMMAND &
        child=$!
        # A signal ends a wait early; only one that no signal ended has the program's exit code.
        while :; do
            signalled=
            wait "$child"
            code=$?
            [ "$signalled" ] || break
        done
        # 143: stopped by SIGTERM, with a checkpoint.
        if [ "$again" ] && [ "$code" -eq 143 ]; then
            scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        fi
        exit "$code"

        """;

    /// <param name="name">Of the sweep.</param>
    /// <param name="profile">What the tasks ask for.</param>
    /// <param name="tasks">Runs to train.</param>
    /// <param name="logs">Folder of the tasks' output.</param>
    /// <param name="command">Program and arguments of a task.</param>
    public static string Create(
        string name, SlurmProfile profile, int tasks, string logs, IEnumerable<string> command)
    {
        var text = new StringBuilder("#!/bin/bash\n");
        text.Append($"# Written by 'nb sweep': each task trains the next run of {name} that no other task has.\n");
        Directive("--job-name", $"nb-{name}");
        foreach (var (option, value) in profile.Options) Directive(option, value);
        string limit = profile.ArrayLimit is { } most ? $"%{most}" : "";
        Directive("--array", $"1-{tasks}{limit}");
        Directive("--requeue", null);
        Directive("--open-mode", "append");
        Directive("--signal", $"B:USR1@{profile.Grace}");
        // sbatch takes a percent sign for a placeholder of its own.
        Directive("--output", $"\"{logs.Replace("%", "%%", StringComparison.Ordinal)}/%A_%a.log\"");
        text.Append('\n');
        foreach (string module in profile.Modules) text.Append($"module load {module} || exit 1\n");
        string started = string.Join(' ', command.Select(Quoted));
        text.Append(Body.ReplaceLineEndings("\n").Replace("COMMAND", started, StringComparison.Ordinal));
        return text.ToString();

        void Directive(string option, string? value) =>
            text.Append("#SBATCH ").Append(option).Append(value is null ? "" : $"={value}").Append('\n');
    }

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
