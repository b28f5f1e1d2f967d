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
        var path = new List<string>();
        foreach (string line in yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string text = line.Trim();
            int depth = (line.Length - line.TrimStart(' ').Length) / 2, colon = text.IndexOf(':');
            if (colon < 0 || depth > path.Count) throw new SettingException("config", $"'{text}' is no key with a value");
            path.RemoveRange(depth, path.Count - depth);
            path.Add(text[..colon]);
            string value = text[(colon + 1)..].Trim();
            if (value.Length > 0 && ConfigFields.Find(string.Join('.', path)) is { } field)
                config = field.Set(config, Unquoted(value));
        }

        return config;
    }

    private static string Unquoted(string value) => value is ['\'', .. var inner, '\'']
        ? inner.Replace("''", "'", StringComparison.Ordinal)
        : value;
}
