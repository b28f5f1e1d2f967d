namespace NeuralBurden.Vit.Reports;

/// <summary>One row of a <see cref="DotChart"/>.</summary>
internal sealed record DotRow(string Label, string LabelStyle, IReadOnlyList<Dot> Dots);
