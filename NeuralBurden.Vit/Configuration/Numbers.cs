using System.Globalization;

namespace NeuralBurden.Vit.Configuration;

/// <summary>
/// Numbers as a config spells them: decimal, optional exponent, <c>_</c> between digits; finite.
/// </summary>
internal static class Numbers
{
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        if (text.Length == 0 || text[0] == '_' || text[^1] == '_')
            return false;
        const NumberStyles style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        return double.TryParse(digits, style, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    public static string Grouped(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
