namespace NeuralBurden.Pruning.Selection;

/// <summary>Which kept units a drop-and-grow cycle gives up.</summary>
public enum DropRule
{
    /// <summary>The fraction with the lowest scores.</summary>
    Lowest,

    /// <summary>
    /// SET's rule: the fraction of the smallest positive weights and the same fraction of the largest
    /// negative ones, so that neither sign dies out (arXiv 1707.04780).
    /// </summary>
    PerSign,
}
