namespace NeuralBurden.Vit.Runs;

/// <summary>One prunable matrix at the end of a run.</summary>
/// <param name="Name">timm's name, such as <c>blocks.0.attn.qkv.weight</c>.</param>
/// <param name="Layer">Block, from 0.</param>
/// <param name="Count">Weights in all.</param>
/// <param name="Kept">Effective weights that are not zero.</param>
public sealed record MatrixSparsity(string Name, int Layer, long Count, long Kept)
{
    public double Sparsity => Count == 0 ? 0 : 1 - ((double)Kept / Count);
}
