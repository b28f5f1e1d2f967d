using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>A curve of a study's figures: mean and range over seeds at each x.</summary>
/// <param name="Colour">Place among the colours of the page.</param>
/// <param name="IsNull">What would be there without the effect: drawn dashed, without a band.</param>
internal sealed record StudySeries(string Name, int Colour, bool IsNull, IReadOnlyList<(double X, Statistic Y)> Points);
