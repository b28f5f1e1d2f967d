namespace NeuralBurden.Vit.Reports;

/// <summary>One dot of a row: a group's mean, or one of its seeds.</summary>
internal sealed record Dot(RunGroup Group, double Value, bool IsMean, string Tooltip);
