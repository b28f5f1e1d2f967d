using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Study;

/// <summary>One point of a study's grid with one seed: an ordinary run and its place in the study.</summary>
/// <param name="Role">What the run is for.</param>
/// <param name="Method">Its pruning method.</param>
/// <param name="Sparsity">
/// Target share of zeros; for a small dense network that of the pruned one whose parameters it matches.
/// </param>
/// <param name="Merge">Kind of token merging, or none.</param>
/// <param name="R">Tokens that it removes, as a config writes it; 0 without merging.</param>
/// <param name="Config">The run itself; its seed is the cell's.</param>
public sealed record StudyCell(
    StudyRole Role, string Method, double Sparsity, string Merge, TokenQuantity R, RunConfig Config)
{
    public int Seed => Config.Seed;
}
