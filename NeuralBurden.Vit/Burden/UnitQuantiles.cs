namespace NeuralBurden.Vit.Burden;

/// <summary>A measure over the units of a layer.</summary>
public readonly record struct UnitQuantiles(double Mean, double P50, double P95, double P99, double Max);
