namespace NeuralBurden.Vit.Data.Fetching;

/// <summary>One file of a data set held against its manifest.</summary>
/// <param name="Problem">Null if the file is right.</param>
public sealed record FileCheck(string Path, string? Problem);
