namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>The verdict on one endpoint with all that it rests on.</summary>
/// <param name="Mean">Null where nothing was measured.</param>
/// <param name="Interval">
/// Corrected. Its lower end has the level of the endpoint's place among the claims to be supported, its upper end that
/// among the claims to be refuted; without correction both are 95 %.
/// </param>
/// <param name="LowLevel">Level of the two-sided interval that the lower end is taken from.</param>
/// <param name="HighLevel">That of the upper end.</param>
/// <param name="P">Two-sided, of the null that a supported verdict rejects, uncorrected.</param>
/// <param name="Detectable">The effect that these data would have found four times in five; see
/// <see cref="SeedMean.Detectable"/>.</param>
public sealed record Judgement(
    Verdict Verdict, SeedMean? Mean, Interval Interval, double LowLevel, double HighLevel, double P, double Detectable);
