using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study;

/// <summary>One run of a study and its place in it.</summary>
/// <param name="Config">The run itself.</param>
/// <param name="Twin">
/// The dense run that never merges, of the same seed, data order, length and optimizer; the run itself where it is one.
/// </param>
/// <param name="Factors">See <see cref="StudyFactors"/>.</param>
/// <param name="Rows">Rows that ask for it; none for a run that is there as a twin only.</param>
public sealed record StudyCell(
    RunConfig Config, RunConfig Twin, IReadOnlyDictionary<string, string> Factors, IReadOnlyList<string> Rows)
{
    /// <summary>NAME-HASH8, a function of the config alone.</summary>
    public string Id { get; } = ConfigText.RunId(Config);

    public string TwinId { get; } = ConfigText.RunId(Twin);

    public bool IsTwin => Id == TwinId;
}
