namespace NeuralBurden.Vit.Model.Merging;

/// <summary>How the tokens of a group become one.</summary>
public enum TokenFusion
{
    /// <summary>Mean weighted by size (arXiv 2210.09461).</summary>
    Mean,

    /// <summary>That mean, scaled to the mean norm of the group: averaging alone shrinks norms (arXiv 2312.01026).</summary>
    NormPreserving,

    /// <summary>Sum weighted by the match's own weights, not normalised (arXiv 2202.07800).</summary>
    WeightedSum,
}
