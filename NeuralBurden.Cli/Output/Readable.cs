using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NeuralBurden.Cli.Output;

/// <summary>
/// Messages as a terminal may have them: what they quote of files, names and values is cut to a readable length, and
/// characters that steer a terminal or turn the direction of writing are shown as their code.
/// </summary>
internal static partial class Readable
{
    private const int MostQuoted = 80;
    private const int MostWord = 400;
    private const int MostInAll = 4000;

    public static string Text(string message)
    {
        string text = Quoted().Replace(message, m => $"'{Cut(m.Groups[1].Value, MostQuoted)}'");
        text = Cut(Word().Replace(text, m => Cut(m.Value, MostWord)), MostInAll);
        var shown = new StringBuilder(text.Length);
        int at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            at += rune.Utf16SequenceLength;
            // A line break of the program's own begins an indented line.
            bool breaks = rune.Value == '\n' && at < text.Length && text[at] == ' ';
            bool steers = !breaks && Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (steers) shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    private static string Cut(string text, int most) => text.Length <= most
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text[..most]}\u2026 ({text.Length:#,0} characters)");

    // An apostrophe inside a word opens nothing.
    [GeneratedRegex(@"(?<![\p{L}\p{N}])'([^']{81,})'(?![\p{L}\p{N}])")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\S{401,}")]
    private static partial Regex Word();
}
