namespace NeuralBurden.Cli.Sweeps;

/// <summary>A task of a job array as squeue lists it.</summary>
/// <param name="Job">Id of the array's job.</param>
/// <param name="Index">Within the array.</param>
/// <param name="State">Such as PENDING or RUNNING.</param>
/// <param name="Node">Where it runs; empty while it waits.</param>
/// <param name="Reason">Why it waits.</param>
internal sealed record SlurmTask(string Job, string Index, string State, string Node, string Reason);
