using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>A stretch of training with its unit.</summary>
internal sealed class DurationScalar(bool positive = false) : Scalar<Duration>
{
    private const double Longest = 1e9;
    private const string Form = @"^[0-9.]+(st|ep|%)$";

    public override string Allowed =>
        $"{(positive ? "more than 0" : "0, or more")} steps (100st), epochs (5ep) or % of training (75%)";

    public override ScalarSchema Schema => positive
        ? new("string") { Pattern = Form }
        : new("string", "integer") { Pattern = Form, Minimum = 0, Maximum = 0 };

    public override Duration Parse(string text)
    {
        // Nothing is nothing in every unit.
        if (!positive && Numbers.TryParse(text, out double none) && none == 0) return Duration.Percent(0);
        (DurationUnit Unit, int Suffix)? form =
            text.EndsWith("st", StringComparison.Ordinal) ? (DurationUnit.Steps, 2)
            : text.EndsWith("ep", StringComparison.Ordinal) ? (DurationUnit.Epochs, 2)
            : text.EndsWith('%') ? (DurationUnit.Percent, 1)
            : null;
        if (form is not var (unit, suffix) || !Numbers.TryParse(text[..^suffix], out double amount))
            throw Wrong(text, "a duration with its unit");
        if (unit == DurationUnit.Steps && amount != Math.Floor(amount))
            throw Wrong(text, "a whole number of steps");
        double max = unit == DurationUnit.Percent ? 100 : Longest;
        bool inside = amount <= max && (positive ? amount > 0 : amount >= 0);
        return inside ? new Duration(amount, unit) : throw OutOfRange(text);
    }

    public override string Format(Duration value) => value.ToString();
}
