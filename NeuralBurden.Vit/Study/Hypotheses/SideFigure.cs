using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>A figure beside a primary statistic, with its uncorrected 95 % interval; no verdict rests on it.</summary>
/// <param name="Seeds">Seeds, or test images, that it rests on.</param>
public sealed record SideFigure(string Name, FigureUnit Unit, double Value, Interval Interval, int Seeds)
{
    public static SideFigure Of(string name, FigureUnit unit, SeedMean mean) =>
        new(name, unit, mean.Mean, mean.Interval(0.95), mean.Count);

    public override string ToString() => $"{Name}: {FigureText.Of(Unit, Value, Interval)}";
}
