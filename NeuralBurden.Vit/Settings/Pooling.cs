namespace NeuralBurden.Vit.Settings;

/// <summary>What the classifier head reads after the last norm.</summary>
public enum Pooling
{
    /// <summary>A learned class token at index 0.</summary>
    ClassToken,

    /// <summary>
    /// The mean over all tokens (weighted by size after merging); the sequence has no class token.
    /// </summary>
    Mean,
}
