using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>A curve of a study's figures: mean and range over seeds at each x.</summary>
/// <param name="Colour">Place among the colours of the page.</param>
/// <param name="Control">Drawn dashed.</param>
internal sealed record StudySeries(
    string Name, int Colour, bool Control, IReadOnlyList<(double X, Statistic Y)> Points);
