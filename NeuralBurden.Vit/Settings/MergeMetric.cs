namespace NeuralBurden.Vit.Settings;

/// <summary>The vectors whose cosine decides which tokens merge.</summary>
public enum MergeMetric
{
    /// <summary>Attention keys of the same block, averaged over heads; there are none at layer 0.</summary>
    Keys,

    /// <summary>The tokens themselves.</summary>
    Tokens,
}
