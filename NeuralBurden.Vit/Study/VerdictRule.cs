namespace NeuralBurden.Vit.Study;

/// <summary>
/// The rules that all tests share. An effect is <em>found</em> when its 95 % interval lies above 0, and <em>excluded</em>
/// when the interval lies below the least effect that would matter: 0.5 points of accuracy, 5 % of a load. With fewer
/// than three seeds nothing is found or excluded.
/// </summary>
public static class VerdictRule
{
    /// <summary>Least difference of accuracy that matters.</summary>
    public const double LeastAccuracy = 0.005;

    /// <summary>Least ratio of loads that matters, as a logarithm.</summary>
    public static readonly double LeastLoad = Math.Log(1.05);

    /// <summary>Seeds that a verdict needs.</summary>
    public const int LeastSeeds = 3;

    /// <summary>The interval lies above 0.</summary>
    public static bool IsFound(Interval effect) => effect.IsFinite && effect.Low > 0;

    /// <summary>The interval lies below what would matter.</summary>
    public static bool IsExcluded(Interval effect, double least) => effect.IsFinite && !IsFound(effect) && effect.High < least;

    /// <summary>Supported when found, refuted when excluded, else undecided.</summary>
    public static Verdict Of(Interval effect, double least) =>
        IsFound(effect) ? Verdict.Supported : IsExcluded(effect, least) ? Verdict.Refuted : Verdict.Undecided;
}
