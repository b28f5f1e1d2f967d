namespace NeuralBurden.Vit.Data;

/// <summary>What a file must be to pass for the published one.</summary>
/// <param name="Sha256">Of the unpacked file, in lower-case hexadecimal digits.</param>
/// <param name="Count">Images or labels in it.</param>
internal sealed record PublishedFile(string Sha256, int Count);
