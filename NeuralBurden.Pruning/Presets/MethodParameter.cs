using System.Globalization;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Presets;

/// <summary>One declared parameter of a method: name, kind, default, allowed range, meaning.</summary>
public sealed record MethodParameter
{
    private MethodParameter(string name, ParameterKind kind, string @default, string meaning)
    {
        Name = name;
        Kind = kind;
        Default = @default;
        Meaning = meaning;
    }

    public string Name { get; }

    public ParameterKind Kind { get; }

    /// <summary>The default as one would write it; "auto" where the method works it out.</summary>
    public string Default { get; }

    public string Meaning { get; }

    /// <summary>Smallest allowed value of a number.</summary>
    public double Minimum { get; private init; }

    /// <summary>Largest allowed value of a number.</summary>
    public double Maximum { get; private init; }

    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>Allowed values in words.</summary>
    public string Allowed => Kind switch
    {
        ParameterKind.Flag => "true or false",
        ParameterKind.Choice => string.Join(", ", Choices),
        ParameterKind.Integer => $"a whole number in [{Text(Minimum)}, {Text(Maximum)}]" + OrAuto,
        _ => $"a number in [{Text(Minimum)}, {Text(Maximum)}]" + OrAuto,
    };

    private string OrAuto => Default == "auto" ? ", or auto" : "";

    /// <summary>A number in [minimum, maximum]; a NaN default means "auto".</summary>
    public static MethodParameter Number(
        string name, double value, double minimum, double maximum, string meaning) =>
        new(name, ParameterKind.Number, Text(value), meaning) { Minimum = minimum, Maximum = maximum };

    /// <summary>A whole number in [minimum, maximum]; a negative default means "auto".</summary>
    public static MethodParameter Integer(
        string name, long value, long minimum, long maximum, string meaning) =>
        new(name, ParameterKind.Integer, value < 0 ? "auto" : Text(value), meaning)
        {
            Minimum = minimum,
            Maximum = maximum,
        };

    public static MethodParameter Flag(string name, bool value, string meaning) =>
        new(name, ParameterKind.Flag, value ? "true" : "false", meaning);

    public static MethodParameter Choice(string name, string value, string[] choices, string meaning) =>
        new(name, ParameterKind.Choice, value, meaning) { Choices = choices };

    /// <summary>
    /// Checks a value as written; numbers come back as such, flags as 0 and 1, a choice as its index.
    /// </summary>
    /// <exception cref="SettingException">Not of the kind, or out of range; names field and
    /// range.</exception>
    public double Parse(string text)
    {
        text = text.Trim();
        switch (Kind)
        {
            case ParameterKind.Flag:
                if (bool.TryParse(text, out bool flag)) return flag ? 1 : 0;
                break;
            case ParameterKind.Choice:
                for (int i = 0; i < Choices.Count; i++)
                    if (Choices[i].Equals(text, StringComparison.OrdinalIgnoreCase)) return i;
                break;
            default:
                if (text == "auto" && Default == "auto") return double.NaN;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    && number >= Minimum && number <= Maximum
                    && (Kind != ParameterKind.Integer || number == Math.Truncate(number)))
                {
                    return number;
                }

                break;
        }

        throw new SettingException($"parameters.{Name}", $"'{text}'", Allowed);
    }

    /// <summary>The one spelling of a value, however it was written.</summary>
    /// <exception cref="SettingException">As <see cref="Parse"/>.</exception>
    public string Canonical(string text)
    {
        double value = Parse(text);
        return Kind switch
        {
            ParameterKind.Flag => value != 0 ? "true" : "false",
            ParameterKind.Choice => Choices[(int)value],
            _ => Text(value),
        };
    }

    private static string Text(double value) =>
        double.IsNaN(value) ? "auto" : (value + 0.0).ToString("R", CultureInfo.InvariantCulture);
}
