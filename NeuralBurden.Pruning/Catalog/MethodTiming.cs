using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Catalog;

/// <summary>
/// A preset's default times: pruning starts, the target is reached, masks are frozen; steps between updates.
/// </summary>
public sealed record MethodTiming(TrainingPoint Start, TrainingPoint End, TrainingPoint Stop, int Every)
{
    /// <summary>Times as fractions of training.</summary>
    public static MethodTiming Fractions(double start, double end, double stop, int every) => new(
        TrainingPoint.Fraction(start), TrainingPoint.Fraction(end), TrainingPoint.Fraction(stop), every);
}
