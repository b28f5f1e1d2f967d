using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Presets;

/// <summary>
/// A preset's default times: pruning starts, the target is reached, masks are frozen; time between updates.
/// </summary>
public sealed record MethodTiming(TrainingPoint Start, TrainingPoint End, TrainingPoint Stop, TrainingPeriod Every)
{
    /// <summary>Times as fractions of training.</summary>
    public static MethodTiming Fractions(double start, double end, double stop, TrainingPeriod every) => new(
        TrainingPoint.Fraction(start), TrainingPoint.Fraction(end), TrainingPoint.Fraction(stop), every);
}
