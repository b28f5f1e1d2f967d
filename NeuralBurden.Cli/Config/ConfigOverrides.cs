using NeuralBurden.Cli.Output;

namespace NeuralBurden.Cli.Config;

/// <summary>
/// What the command line says about the config: <c>--set a.b=c</c> and <c>--sweep a.b=1,2,3</c>.
/// </summary>
public sealed class ConfigOverrides
{
    public static ConfigOverrides None { get; } = new();

    public IReadOnlyList<ConfigSetting> Settings { get; private init; } = [];

    public IReadOnlyList<ConfigAxis> Axes { get; private init; } = [];

    /// <exception cref="UserException">An option has no <c>=</c>, no value, or an unknown key.</exception>
    /// <param name="options">Settings that have an option of their own, such as <c>--seed</c>; they
    /// win.</param>
    public static ConfigOverrides Parse(
        IEnumerable<string> sets, IEnumerable<string> sweeps, params IEnumerable<ConfigSetting> options)
    {
        List<ConfigSetting> settings = [.. sets.Select(text => Split("--set", text)), .. options];
        var axes = new List<ConfigAxis>();
        foreach (string text in sweeps)
        {
            var whole = Split("--sweep", text);
            string[] values = whole.Text.Split(',', StringSplitOptions.TrimEntries);
            if (values.Contains(""))
                throw whole.Origin.Error("an empty value; write values with commas between them: a.b=1,2,3");
            if (axes.Any(a => a.Key == whole.Key))
                throw whole.Origin.Error($"'{whole.Key}' is swept twice");
            axes.Add(new ConfigAxis(whole.Key, [.. values.Select(v => whole with { Text = v })]));
        }

        return new ConfigOverrides { Settings = settings, Axes = axes };
    }

    private static ConfigSetting Split(string option, string text)
    {
        var origin = new ConfigOrigin($"{option} {text}");
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals == text.Length - 1)
            throw origin.Error("write KEY=VALUE, such as model.dim=64");
        var setting = new ConfigSetting(text[..equals].Trim(), text[(equals + 1)..].Trim(), origin);
        ConfigSettings.Field(setting);
        return setting;
    }
}
