namespace NeuralBurden.Compute.Contracts;

/// <summary>Extents of a ViT's training step, from which the shapes of its ops follow.</summary>
/// <param name="Batch">Images B.</param>
/// <param name="Tokens">Tokens T of an image, the class token among them.</param>
/// <param name="Dim">Width d.</param>
/// <param name="Heads">Attention heads H; divides <paramref name="Dim"/>.</param>
/// <param name="MlpDim">Hidden units of the MLP.</param>
/// <param name="Merged">Tokens that one merge removes.</param>
/// <param name="ImageSide">Height and width of an image of three channels, in pixels.</param>
/// <param name="Patch">Side of a patch in pixels.</param>
public sealed record StepExtents(
    int Batch, int Tokens, int Dim, int Heads, int MlpDim, int Merged = 0, int ImageSide = 32, int Patch = 4)
{
    public int Rows => Batch * Tokens;

    public int HeadDim => Dim / Heads;

    /// <summary>Tokens that are left after one merge.</summary>
    public int Left => Tokens - Merged;

    /// <summary>Weights in the matrices of four blocks.</summary>
    public int Parameters => 4 * ((4 * Dim * Dim) + (2 * Dim * MlpDim));

    /// <summary>The model of every benchmark: 65 tokens, 4 heads, MLP ratio 4, a merge of 32 tokens.</summary>
    public static StepExtents Of(int dim, int batch) => new(batch, 65, dim, 4, 4 * dim, 32);
}
