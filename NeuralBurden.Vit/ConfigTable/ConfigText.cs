using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.ConfigTable;

/// <summary>The canonical texts of a config: its YAML, and the hash that names its run folder.</summary>
public static partial class ConfigText
{
    /// <summary>
    /// First 8 hexadecimal digits of the SHA-256 over <c>key=value</c> lines of all fields, in ordinal order
    /// of keys. Every field takes part, a young one where it is not at its default, with the value that takes effect, so
    /// that a default which comes to mean another one makes another run, and of the device its kind; how a value was
    /// spelled (90% or 0.9), where its key stood, and which of several equal devices was taken do not take part.
    /// </summary>
    public static string Hash(RunConfig config) => Hash(config, []);

    /// <summary>The hash that repeats of one experiment share: it leaves out the seed.</summary>
    public static string HashWithoutSeed(RunConfig config) => Hash(config, ["seed"]);

    /// <summary><c>NAME-HASH8</c>.</summary>
    public static string RunId(RunConfig config) => $"{config.Name}-{Hash(config)}";

    /// <summary>The whole config as YAML, every key present, in the order of the table.</summary>
    public static string ToYaml(RunConfig config)
    {
        var yaml = new StringBuilder();
        string section = "";
        foreach (var field in ConfigFields.Of(config))
        {
            string[] path = field.Key.Split('.');
            if (path.Length > 1 && path[0] != section)
                yaml.Append(path[0]).Append(":\n");
            section = path.Length > 1 ? path[0] : "";
            if (path.Length > 2 && path[2] == config.Pruning.Parameters.Keys.First())
                yaml.Append("  ").Append(path[1]).Append(":\n");
            // Without a merging it is open what its settings come to: a study's base is the base of cells that merge.
            string value = config.Tokens.Merges ? field.InEffect(config) : field.Get(config);
            yaml.Append(' ', 2 * (path.Length - 1))
                .Append(path[^1])
                .Append(": ")
                .Append(Scalar(field, value))
                .Append('\n');
        }

        return yaml.ToString();
    }

    /// <summary>A value as YAML.</summary>
    internal static string Scalar(ConfigField field, string value) => field.IsText ? Quoted(value) : value;

    private static string Hash(RunConfig config, string[] without)
    {
        var lines = ConfigFields.Of(config)
            .Where(field => !without.Contains(field.Key))
            .Where(field => !field.IsHashedWhenSet || field.Get(config) != field.Get(RunConfig.Default))
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={(field.Key == "device" ? config.DeviceKind : field.InEffect(config))}\n");
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines)));
        return Convert.ToHexStringLower(digest)[..8];
    }

    /// <summary>
    /// A name that YAML reads as a number, a truth value or null is quoted; so is all but a plain word.
    /// </summary>
    private static string Quoted(string text) => PlainWord().IsMatch(text) && !OtherType().IsMatch(text)
        ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9._+=-]*(:[0-9]+)?\z")]
    private static partial Regex PlainWord();

    [GeneratedRegex(@"^(true|false|null|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex OtherType();
}
