using System.Globalization;

namespace NeuralBurden.Vit.Settings;

/// <summary>
/// A stretch of training, in the unit that its author thinks in: <c>5ep</c>, <c>100st</c> or <c>75%</c>.
/// </summary>
public readonly record struct Duration(double Amount, DurationUnit Unit)
{
    public static Duration Steps(int steps) => new(steps, DurationUnit.Steps);

    public static Duration Epochs(double epochs) => new(epochs, DurationUnit.Epochs);

    public static Duration Percent(double percent) => new(percent, DurationUnit.Percent);

    /// <summary>The same stretch in optimizer steps, rounded to the nearest.</summary>
    /// <param name="stepsPerEpoch">Optimizer steps in one epoch.</param>
    /// <param name="totalSteps">Optimizer steps in the whole training.</param>
    public int ToSteps(int stepsPerEpoch, int totalSteps)
    {
        double steps = Unit switch
        {
            DurationUnit.Steps => Amount,
            DurationUnit.Epochs => Amount * stepsPerEpoch,
            _ => Amount / 100 * totalSteps,
        };
        return (int)Math.Min(Math.Round(steps, MidpointRounding.AwayFromZero), int.MaxValue);
    }

    /// <summary>
    /// Whether this moment is before another one as far as can be told without the number of images: steps are compared
    /// with steps only.
    /// </summary>
    /// <param name="epochs">Epochs of the whole training.</param>
    public bool IsBefore(Duration other, int epochs) =>
        Unit == other.Unit ? Amount < other.Amount
        : Unit != DurationUnit.Steps && other.Unit != DurationUnit.Steps && InEpochs(epochs) < other.InEpochs(epochs);

    private double InEpochs(int epochs) => Unit == DurationUnit.Epochs ? Amount : Amount / 100 * epochs;

    /// <summary>The text that a config holds, such as <c>5ep</c>.</summary>
    public override string ToString()
    {
        string suffix = Unit switch
        {
            DurationUnit.Steps => "st",
            DurationUnit.Epochs => "ep",
            _ => "%",
        };
        return Amount.ToString("R", CultureInfo.InvariantCulture) + suffix;
    }
}
