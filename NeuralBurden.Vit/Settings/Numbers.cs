using System.Globalization;

namespace NeuralBurden.Vit.Settings;

/// <summary>
/// Numbers as a config spells them: decimal, optional exponent, <c>_</c> between digits; finite.
/// </summary>
internal static class Numbers
{
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        for (int i = text.IndexOf('_', StringComparison.Ordinal); i >= 0; i = text.IndexOf('_', i + 1))
        {
            if (i == 0 || i == text.Length - 1 || !char.IsAsciiDigit(text[i - 1]) || !char.IsAsciiDigit(text[i + 1]))
                return false;
        }

        const NumberStyles style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        bool isNumber = double.TryParse(digits, style, CultureInfo.InvariantCulture, out value);
        // -0 and 0 are one number, so they must have one text.
        value += 0.0;
        return isNumber && double.IsFinite(value);
    }

    public static string Grouped(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
