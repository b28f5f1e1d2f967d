namespace NeuralBurden.Compute.Benchmarks;

/// <summary>The outcome of measuring one case: a summary, or the failed check that forbade one.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Failure">What the check found; null where it passed.</param>
/// <param name="Usual">Seconds of one run; null exactly where the check failed.</param>
/// <param name="Exceptional">Seconds of the runs that did more than the usual work; null if there were none.</param>
public sealed record Measurement(string Name, string? Failure, SampleSummary? Usual, SampleSummary? Exceptional)
{
    public bool Passed => Failure is null;

    public static Measurement Refused(string name, string failure) => new(name, failure, null, null);
}
