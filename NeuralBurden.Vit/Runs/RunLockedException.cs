namespace NeuralBurden.Vit.Runs;

/// <summary>Another process works in the run folder; the message says which and for how long.</summary>
public sealed class RunLockedException(string folder, RunOwner? owner)
    : IOException($"{folder} is in use by {Describe(owner)}; one process at a time may work in a run folder")
{
    /// <summary>Null where the owner could not be read.</summary>
    public RunOwner? Owner { get; } = owner;

    private static string Describe(RunOwner? owner)
    {
        if (owner is null) return "another process";
        var age = DateTimeOffset.UtcNow - owner.Started;
        string time = age.TotalSeconds < 120 ? $"{Math.Max(0, age.TotalSeconds):0} s"
            : age.TotalMinutes < 120 ? $"{age.TotalMinutes:0} min"
            : $"{age.TotalHours:0} h";
        return $"process {owner.Pid} on {owner.Host}, for {time}";
    }
}
