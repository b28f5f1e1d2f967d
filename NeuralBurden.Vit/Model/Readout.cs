namespace NeuralBurden.Vit.Model;

/// <summary>What the head reads of the last block's tokens.</summary>
public enum Readout
{
    /// <summary>The class token, or without one the mean of all tokens; then the final norm.</summary>
    Plain,

    /// <summary>The mean of the patches, no class token or register among them; then the norm, timm's <c>fc_norm</c>.</summary>
    PatchMean,

    /// <summary>The norm of every token, then the mean of the patches: timm's <c>norm</c> with average pooling.</summary>
    NormedPatchMean,

    /// <summary>
    /// Class and distillation token, each through the norm and a head of its own; the logits are their mean (arXiv 2012.12877).
    /// </summary>
    Distilled,
}
