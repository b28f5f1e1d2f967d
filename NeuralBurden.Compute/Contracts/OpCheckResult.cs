namespace NeuralBurden.Compute.Contracts;

/// <summary>What <see cref="OpCheck"/> found out about one op on one device.</summary>
/// <param name="Op">Name of the op.</param>
/// <param name="Device">Id of the device.</param>
/// <param name="Cases">Cases that were run.</param>
/// <param name="LeftOut">Cases that were too large for the device.</param>
/// <param name="Differences">One entry for each case that differs, with the first elements that do.</param>
public sealed record OpCheckResult(
    string Op, string Device, int Cases, int LeftOut, IReadOnlyList<string> Differences)
{
    /// <summary>Something was run, and all of it agreed.</summary>
    public bool Passed => Cases > 0 && Differences.Count == 0;

    public override string ToString() => Passed
        ? $"{Op} on {Device}: {Cases} cases agree"
        : $"{Op} on {Device}: {Differences.Count} of {Cases} cases differ"
            + string.Concat(Differences.Take(3).Select(d => $"{Environment.NewLine}  {d}"));
}
