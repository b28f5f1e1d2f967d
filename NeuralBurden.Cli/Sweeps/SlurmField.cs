namespace NeuralBurden.Cli.Sweeps;

/// <summary>A key of the block <c>slurm:</c>.</summary>
/// <param name="Key">As written.</param>
/// <param name="Option">The option of sbatch that it becomes; null where it becomes something else.</param>
/// <param name="Pattern">Regular expression of the legal values. It lets through nothing that a shell or a directive of
/// sbatch would read as more than a value.</param>
/// <param name="Allowed">The same for a reader.</param>
/// <param name="Documentation">One sentence.</param>
internal sealed record SlurmField(string Key, string? Option, string Pattern, string Allowed, string Documentation)
{
    private const string Name = @"^[A-Za-z0-9][A-Za-z0-9._-]*$";
    private const string Names = @"^[A-Za-z0-9][A-Za-z0-9._,-]*$";

    public const string Modules = "modules";

    public static IReadOnlyList<SlurmField> All { get; } =
    [
        new("partition", "--partition", Names, "a name, or several with commas", "Partition to submit to."),
        new("account", "--account", Name, "a name", "Account to charge."),
        new("qos", "--qos", Name, "a name", "Quality of service."),
        new("constraint", "--constraint", @"^[A-Za-z0-9][A-Za-z0-9._&|-]*$", "features, such as a100 or avx512&ib",
            "Nodes to use."),
        new("time", "--time", @"^([0-9]{1,5}|[0-9]{1,3}:[0-9]{2}(:[0-9]{2})?|[0-9]{1,3}-[0-9]{1,2}(:[0-9]{2}){0,2})$",
            "minutes, M:SS, H:MM:SS, D-H, D-H:MM or D-H:MM:SS",
            "Time limit of a task; a run that needs longer goes on after a requeue."),
        new("gres", "--gres", @"^[A-Za-z0-9][A-Za-z0-9._:,-]*$", "generic resources, such as gpu:1", "Resources of a task."),
        new("cpus", "--cpus-per-task", "^[1-9][0-9]{0,2}$", "a whole number, 1 to 999",
            "Cores of a task, and threads of its run."),
        new("memory", "--mem", "^[1-9][0-9]{0,6}[KMGT]?$", "a whole number with K, M, G or T; megabytes without",
            "Memory of a task."),
        new("array_limit", null, "^[1-9][0-9]{0,3}$", "a whole number, 1 to 9,999", "Tasks at once; no limit without it."),
        new("grace", null, "^[1-9][0-9]{1,3}$", "a whole number of seconds, 10 to 9,999",
            "Seconds before the time limit when a run saves a checkpoint and its task is requeued; 120 by default."),
    ];

    /// <summary>What a name of <see cref="Modules"/> looks like.</summary>
    public static SlurmField Module { get; } = new(
        Modules, null, @"^[A-Za-z0-9][A-Za-z0-9._/+-]*$", "a list of names, such as [dotnet/10.0, cuda]",
        "Modules to load first.");
}
