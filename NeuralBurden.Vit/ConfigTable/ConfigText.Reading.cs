using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

public static partial class ConfigText
{
    /// <summary>
    /// Reads what <see cref="ToYaml"/> wrote, as it stands in model files. A key that this version does not know is left
    /// out, one that is not there has its default.
    /// </summary>
    /// <exception cref="SettingException">A value is of the wrong type or out of range; names the key.</exception>
    public static RunConfig OfYaml(string yaml)
    {
        var config = RunConfig.Default;
        foreach (var (_, field, value) in Lines(yaml))
        {
            if (value.Length > 0 && field is not null) config = field.Set(config, Unquoted(value));
        }

        return config;
    }

    /// <summary>
    /// The lines of what <see cref="ToYaml"/> wrote that tell one run from another, as <see cref="Hash(RunConfig)"/> does: a
    /// young key at its default is as good as absent, so a text keeps its meaning when the program grows a key.
    /// </summary>
    /// <exception cref="SettingException">A line is no key with a value.</exception>
    internal static IEnumerable<string> Essence(string yaml) =>
        from line in Lines(yaml)
        where line.Field is not { IsHashedWhenSet: true } || Unquoted(line.Value) != line.Field.Get(RunConfig.Default)
        select line.Text;

    // A line, its field if it is a known key's, and its value as it is written.
    private static IEnumerable<(string Text, ConfigField? Field, string Value)> Lines(string yaml)
    {
        var path = new List<string>();
        foreach (string line in yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string text = line.Trim();
            int depth = (line.Length - line.TrimStart(' ').Length) / 2, colon = text.IndexOf(':');
            if (colon < 0 || depth > path.Count) throw new SettingException("config", $"'{text}' is no key with a value");
            path.RemoveRange(depth, path.Count - depth);
            path.Add(text[..colon]);
            yield return (line, ConfigFields.Find(string.Join('.', path)), text[(colon + 1)..].Trim());
        }
    }

    private static string Unquoted(string value) => value is ['\'', .. var inner, '\'']
        ? inner.Replace("''", "'", StringComparison.Ordinal)
        : value;
}
