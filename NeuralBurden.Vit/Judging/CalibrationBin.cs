namespace NeuralBurden.Vit.Judging;

/// <summary>The images whose confidence lies in one of the equal parts of (0, 1].</summary>
/// <param name="Confidence">Their mean; 0 without images.</param>
/// <param name="Accuracy">Share of them that is right; 0 without images.</param>
public sealed record CalibrationBin(int Images, double Confidence, double Accuracy);
