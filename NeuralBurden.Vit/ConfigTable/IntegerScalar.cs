using System.Globalization;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>Whole numbers in a closed range; <c>1_000</c> and <c>1000</c> are the same.</summary>
internal sealed class IntegerScalar(int min, int max) : Scalar<int>
{
    public override string Allowed => $"a whole number, {Numbers.Grouped(min)} to {Numbers.Grouped(max)}";

    public override ScalarSchema Schema => new("integer") { Minimum = min, Maximum = max };

    public override int Parse(string text)
    {
        if (!Numbers.TryParse(text, out double value) || value != Math.Floor(value))
            throw Wrong(text, "a whole number");
        return value >= min && value <= max ? (int)value : throw OutOfRange(text);
    }

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}
