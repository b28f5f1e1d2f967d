namespace NeuralBurden.Vit.Model;

/// <summary>Extents of one block.</summary>
/// <param name="Heads">Attention heads, at least 1.</param>
/// <param name="MlpDim">Hidden units of the MLP, at least 1.</param>
public readonly record struct BlockShape(int Heads, int MlpDim);
