using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// The model that speed is measured on, and its batch: images of S x S x 3, patches of P x P, a class token, MLP ratio
/// 4. The defaults are 32 px in patches of 4 (65 tokens), 4 blocks, 4 heads; DeiT-Tiny is 12 blocks of width 192, 3 heads,
/// 224 px in patches of 16 (197 tokens; arXiv 2012.12877).
/// </summary>
/// <param name="Dim">Width d.</param>
/// <param name="Batch">Images B.</param>
public sealed record WorkloadModel(int Dim, int Batch)
{
    /// <summary>Hidden units of the MLP per unit of width.</summary>
    public const int MlpRatio = 4;

    public int Depth { get; init; } = 4;

    /// <summary>Divides <see cref="Dim"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Height and width of an image in pixels.</summary>
    public int Image { get; init; } = 32;

    /// <summary>Side of a patch in pixels; divides <see cref="Image"/>.</summary>
    public int Patch { get; init; } = 4;

    public int Patches => Image / Patch * (Image / Patch);

    /// <summary>Patches and the class token.</summary>
    public int Tokens => Patches + 1;

    /// <summary>What the one merge of the <c>+merge</c> cases removes: half of the patches.</summary>
    public int MergedTokens => Patches / 2;

    /// <summary>The same for the benchmarks of ops.</summary>
    public StepExtents Extents => new(Batch, Tokens, Dim, Heads, MlpRatio * Dim, MergedTokens, Image, Patch);
}
