using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>The residual stream between blocks. Sizes are absent until a merge has made them differ from 1.</summary>
/// <param name="Tokens">[B, T, C].</param>
/// <param name="Sizes">[B, T]: how many original tokens each stands for; none means 1.</param>
/// <param name="KeyBias">
/// [B, T]: added to the attention scores of each key: log of its size where attention is proportional, -infinity for
/// padding; none means 0.
/// </param>
public readonly record struct TokenState(Tensor Tokens, Tensor Sizes, Tensor KeyBias)
{
    public int Batch => Tokens.Shape[0];

    public int Count => Tokens.Shape[1];

    public int Dim => Tokens.Shape[2];

    /// <summary>The tokens as a matrix [B * T, C].</summary>
    public Tensor Rows => Tokens.View(new Shape(Batch * Count, Dim));
}
