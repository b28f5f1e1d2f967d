namespace NeuralBurden.Vit.Data.Generators;

/// <summary>A stroke: corners joined by lines, or points that a Catmull-Rom spline goes through.</summary>
/// <param name="Likelihood">Drawn in this share of a class's images.</param>
internal sealed record GlyphStroke(bool Smooth, double Likelihood, (double X, double Y)[] Points);
