namespace NeuralBurden.Vit.Study;

/// <summary>A confirmatory endpoint as a plan fixes it.</summary>
/// <param name="Id">Its hypothesis, such as T1.</param>
/// <param name="Hypothesis">What it claims.</param>
/// <param name="Statistic">The one primary statistic that the verdict rests on.</param>
/// <param name="LeastEffect">The smallest effect of interest, in the statistic's unit.</param>
public sealed record StudyEndpoint(string Id, string Hypothesis, string Statistic, double LeastEffect);
