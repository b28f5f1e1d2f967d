using System.Globalization;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// Time between mask updates: a number of steps, or a share of training, so that a method renews its masks equally
/// often in a short training and in a long one.
/// </summary>
public readonly record struct TrainingPeriod
{
    private TrainingPeriod(double value, bool isFraction)
    {
        Value = value;
        IsFraction = isFraction;
    }

    public double Value { get; }

    public bool IsFraction { get; }

    public static TrainingPeriod Fraction(double fraction) => new(fraction, true);

    public static TrainingPeriod Steps(long steps) => new(steps, false);

    public static implicit operator TrainingPeriod(int steps) => Steps(steps);

    /// <summary>The period in steps: a share is rounded to the nearest step, and is one step at least.</summary>
    /// <exception cref="SettingException">
    /// Below one step, or a share outside (0, 1]; the message names <paramref name="field"/>.
    /// </exception>
    public int Resolve(long totalSteps, string field)
    {
        if (!IsFraction)
        {
            return Value is >= 1 and <= int.MaxValue
                ? (int)Value
                : throw new SettingException(field, Value, "at least 1 step");
        }

        if (Value is not (> 0 and <= 1)) throw new SettingException(field, Value, "a fraction in (0, 1]");
        return (int)Math.Clamp(Math.Round(Value * totalSteps, MidpointRounding.AwayFromZero), 1, int.MaxValue);
    }

    public override string ToString() => IsFraction
        ? (Value * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%"
        : Value.ToString("0", CultureInfo.InvariantCulture) + (Value == 1 ? " step" : " steps");
}
