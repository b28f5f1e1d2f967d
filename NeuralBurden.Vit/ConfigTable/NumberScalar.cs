using System.Globalization;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>
/// Real numbers in a range, closed above; with <paramref name="percent"/>, <c>75%</c> is 0.75.
/// </summary>
internal sealed class NumberScalar(double min, double max, bool open = false, bool percent = false)
    : Scalar<double>
{
    public override string Allowed
    {
        get
        {
            string range = open
                ? string.Create(CultureInfo.InvariantCulture, $"above {min}, at most {max}")
                : string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");
            return percent
                ? string.Create(CultureInfo.InvariantCulture, $"{range} (or {min * 100}% to {max * 100}%)")
                : range;
        }
    }

    public override ScalarSchema Schema => new(percent ? ["number", "string"] : ["number"])
    {
        Minimum = open ? null : min,
        ExclusiveMinimum = open ? min : null,
        Maximum = max,
        Pattern = percent ? @"^[0-9.]+%$" : null,
    };

    public override double Parse(string text)
    {
        bool inPercent = percent && text.EndsWith('%');
        if (!Numbers.TryParse(inPercent ? text[..^1] : text, out double value))
            throw Wrong(text, percent ? "a number or a percentage" : "a number");
        // Decimal division keeps 90% the same double as 0.9.
        if (inPercent)
            value = value < 1e6 ? (double)((decimal)value / 100) : value / 100;
        bool inside = open ? value > min && value <= max : value >= min && value <= max;
        return inside ? value : throw OutOfRange(text);
    }

    public override string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
