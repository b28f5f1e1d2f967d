using System.Text.RegularExpressions;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>Text that matches a pattern.</summary>
internal sealed class TextScalar(string pattern, string allowed) : Scalar<string>
{
    // Editors read the pattern as ECMAScript does, where $ is the end alone; to .NET it is also the place before a last
    // line break.
    private readonly Regex _pattern = new(pattern.Replace("$", @"\z", StringComparison.Ordinal), RegexOptions.CultureInvariant);

    public override string Allowed => allowed;

    public override ScalarSchema Schema => new("string") { Pattern = pattern };

    public override bool IsText => true;

    public override string Parse(string text) =>
        _pattern.IsMatch(text) ? text : throw Wrong(text, "a legal value");

    public override string Format(string value) => value;
}
