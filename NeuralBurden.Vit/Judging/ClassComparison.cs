namespace NeuralBurden.Vit.Judging;

/// <summary>Two models on the images of one class.</summary>
public sealed record ClassComparison(int Label, int Images, int RightA, int RightB, int OnlyA, int OnlyB);
