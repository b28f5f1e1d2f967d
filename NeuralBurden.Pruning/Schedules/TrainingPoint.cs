using System.Globalization;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>A moment of training: a fraction in [0, 1] of all steps, or a step number.</summary>
public readonly record struct TrainingPoint
{
    private TrainingPoint(double value, bool isFraction)
    {
        Value = value;
        IsFraction = isFraction;
    }

    public double Value { get; }

    public bool IsFraction { get; }

    public static TrainingPoint Fraction(double fraction) => new(fraction, true);

    public static TrainingPoint Step(long step) => new(step, false);

    /// <summary>The step in [0, total - 1]; the last step stands for the whole of training.</summary>
    /// <exception cref="SettingException">Outside training; the message names
    /// <paramref name="field"/>.</exception>
    public long Resolve(long totalSteps, string field)
    {
        if (IsFraction)
        {
            if (Value is not (>= 0 and <= 1))
                throw new SettingException(field, Value, "a fraction in [0, 1]");
            return Math.Min((long)Math.Round(Value * totalSteps), totalSteps - 1);
        }

        if (Value < 0 || Value >= totalSteps)
        {
            throw new SettingException(
                field, Value, $"a step in [0, {totalSteps - 1}], as training has {totalSteps} steps");
        }

        return (long)Value;
    }

    public override string ToString() => IsFraction
        ? (Value * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%"
        : Value.ToString("0", CultureInfo.InvariantCulture);
}
