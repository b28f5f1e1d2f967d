namespace NeuralBurden.Vit.Judging;

/// <summary>An entry of the confusion matrix that is not zero: images of one class that were taken for a class.</summary>
public sealed record ConfusionCount(int Label, int Predicted, int Images);
