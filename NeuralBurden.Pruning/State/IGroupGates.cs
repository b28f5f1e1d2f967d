namespace NeuralBurden.Pruning.State;

/// <summary>
/// What the loss would change if structured groups went, measured by whoever trains in the steps for which
/// <see cref="Pruner.NeedsGates"/> names their kind. Such a number is the sum, over the tokens of the step's images, of
/// |A . dL/dA| with A the group's output for that token and the product taken over the output's width
/// (arXiv 1905.10650, equation 2).
/// </summary>
public interface IGroupGates
{
    /// <summary>Of all groups of a kind and set, by their index; a common factor within a set means nothing.</summary>
    ReadOnlySpan<float> Read(string kind, string set);
}
