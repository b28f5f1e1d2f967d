namespace NeuralBurden.Vit.Study;

/// <summary>An estimate with its 95 % interval; an infinite interval means that repeats are too few for one.</summary>
/// <param name="Estimate">The mean or contrast itself.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Values">Differences that it rests on.</param>
/// <param name="Freedom">Degrees of freedom: values less one for every stratum.</param>
public readonly record struct Interval(double Estimate, double Low, double High, int Values, int Freedom)
{
    public bool IsFinite => double.IsFinite(Low) && double.IsFinite(High);
}
