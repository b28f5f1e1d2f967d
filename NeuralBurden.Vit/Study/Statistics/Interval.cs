namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>A confidence interval; an end that the data cannot give is infinite.</summary>
public readonly record struct Interval(double Low, double High)
{
    public static readonly Interval Unknown = new(double.NegativeInfinity, double.PositiveInfinity);

    public bool IsFinite => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>Whether it lies within -<paramref name="bound"/> .. <paramref name="bound"/>, ends excluded.</summary>
    public bool LiesWithin(double bound) => Low > -bound && High < bound;

    /// <summary>Whether all of it lies outside -<paramref name="bound"/> .. <paramref name="bound"/>.</summary>
    public bool LiesOutside(double bound) => Low > bound || High < -bound;
}
