namespace NeuralBurden.Vit.Reports;

/// <summary>One group's curve: the mean over seeds at each x, with the range of the seeds.</summary>
internal sealed record CurveSeries(
    RunGroup Group, string Label, IReadOnlyList<(double X, Statistic Y)> Points);
