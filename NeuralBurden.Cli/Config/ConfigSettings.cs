using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Config;

/// <summary>Flattens nested entries to dotted keys and checks each against the table of fields.</summary>
internal sealed class ConfigSettings
{
    private static readonly string[] SectionPaths =
        [.. ConfigFields.Sections.Select(s => s.Name), ConfigFields.ParametersPrefix.TrimEnd('.')];

    private readonly bool _listsAllowed;
    private readonly string[] _otherKeys;
    private readonly List<ConfigSetting> _scalars = [];
    private readonly List<ConfigAxis> _axes = [];
    private readonly Dictionary<string, ConfigOrigin> _seen = [];

    /// <param name="otherKeys">Keys that the caller reads itself, to be offered for a misspelt one.</param>
    public ConfigSettings(IEnumerable<ConfigNode.Entry> entries, bool listsAllowed, params string[] otherKeys)
    {
        _listsAllowed = listsAllowed;
        _otherKeys = otherKeys;
        Add("", entries);
    }

    public IReadOnlyList<ConfigSetting> Scalars => _scalars;

    /// <summary>Keys that were given a list.</summary>
    public IReadOnlyList<ConfigAxis> Axes => _axes;

    /// <summary>The message for an unknown key, with the nearest known one.</summary>
    public static string UnknownKey(string key, IEnumerable<string> known) =>
        NearestName.Of(key, known) is { } nearest
            ? $"unknown key '{key}' (did you mean '{nearest}'?)"
            : $"unknown key '{key}' ('nb config show' lists all keys)";

    /// <summary>Applies settings in order.</summary>
    public static RunConfig Apply(RunConfig config, IEnumerable<ConfigSetting> settings)
    {
        foreach (var setting in settings)
        {
            try
            {
                config = Field(setting).Set(config, setting.Text);
            }
            catch (SettingException e)
            {
                throw setting.Origin.Error(e.Message);
            }
        }

        return config;
    }

    /// <summary>The field of a setting's key.</summary>
    /// <exception cref="UserException">There is no such key.</exception>
    public static ConfigField Field(ConfigSetting setting) =>
        ConfigFields.Find(setting.Key)
        ?? throw setting.Origin.Error(UnknownKey(setting.Key, ConfigFields.All.Select(f => f.Key)));

    private void Add(string prefix, IEnumerable<ConfigNode.Entry> entries)
    {
        foreach (var (name, origin, value) in entries)
        {
            string key = prefix + name;
            bool isSection = SectionPaths.Contains(key);
            if (!isSection && ConfigFields.Find(key) is null)
                throw origin.Error(UnknownKey(key, Known(prefix)));
            switch (value)
            {
                case ConfigNode.Map map when isSection:
                    Add(key + ".", map.Entries);
                    break;
                case ConfigNode.Scalar { IsNull: true } when isSection:
                    break;
                case var _ when isSection:
                    throw origin.Error($"'{key}' is a section: it takes a mapping of keys");
                case ConfigNode.Map:
                    throw origin.Error($"'{key}' takes a value, not a mapping");
                case ConfigNode.List list when ConfigFields.Find(key)!.TakesList && list.Items.All(i => i is ConfigNode.Scalar)
                    && (!_listsAllowed || list.Items.All(i => double.TryParse(((ConfigNode.Scalar)i).Text, out _))):
                    Claim(key, origin);
                    string items = string.Join(',', list.Items.Select(i => ((ConfigNode.Scalar)i).Text));
                    _scalars.Add(new ConfigSetting(key, items, origin));
                    break;
                case ConfigNode.List list when _listsAllowed:
                    Claim(key, origin);
                    _axes.Add(Axis(key, origin, list));
                    break;
                case ConfigNode.List:
                    throw origin.Error($"'{key}' takes one value; lists belong into the sweep");
                case ConfigNode.Scalar scalar:
                    Claim(key, origin);
                    _scalars.Add(Setting(key, scalar));
                    break;
            }
        }
    }

    private IEnumerable<string> Known(string prefix) =>
        ConfigFields.All.Select(f => f.Key).Concat(prefix == "" ? [.. SectionPaths, .. _otherKeys] : []);

    private void Claim(string key, ConfigOrigin origin)
    {
        if (!_seen.TryAdd(key, origin))
            throw ConfigFile.Duplicate(origin, key, _seen[key]);
    }

    private static ConfigAxis Axis(string key, ConfigOrigin origin, ConfigNode.List list)
    {
        if (list.Items.Count == 0)
            throw origin.Error($"'{key}' has an empty list");
        var values = list.Items.Select(item => item is ConfigNode.Scalar scalar
            ? Setting(key, scalar)
            : throw item.Origin.Error($"'{key}' takes a list of plain values"));
        return new ConfigAxis(key, [.. values]);
    }

    private static ConfigSetting Setting(string key, ConfigNode.Scalar scalar) => scalar.IsNull
        ? throw scalar.Origin.Error($"'{key}' has no value")
        : new ConfigSetting(key, scalar.Text, scalar.Origin);
}
