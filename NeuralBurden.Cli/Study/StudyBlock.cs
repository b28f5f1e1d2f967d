using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>Reads the block <c>study:</c> of a config and remembers where its parts were written.</summary>
internal sealed class StudyBlock
{
    private static readonly string[] Keys = ["seeds", "silencing", "settings", "rows", "focus"];

    private readonly Dictionary<string, ConfigOrigin> _origins = [];
    private readonly RunConfig _base;

    private StudyBlock(RunConfig config) => _base = config;

    public StudyConfig Study { get; private set; } = new();

    /// <exception cref="UserException">A key is unknown or a value wrong; names file and line.</exception>
    public static StudyBlock Read(ConfigNode.Entry entry, RunConfig config)
    {
        var block = new StudyBlock(config);
        foreach (var item in MapOf(entry, "study").Entries) block.Add(item);
        return block;
    }

    /// <summary>The message of a rule that the study breaks, with the line of what breaks it.</summary>
    public UserException Error(SettingException e)
    {
        // The nearest part that has a line: a row's key, else the row, else the block.
        for (string key = e.Key; key != ""; key = key[..Math.Max(0, key.LastIndexOf('.'))])
        {
            if (_origins.TryGetValue(key, out var origin)) return origin.Error(e.Message);
        }

        return new UserException(e.Message);
    }

    /// <summary>What gives a key its values: a row's or a method's setting; null where nothing does.</summary>
    public string? GiverOf(string key) =>
        Study.Rows.FirstOrDefault(r => r.Axes.Any(a => a.Key == key)) is { } row ? $"study.rows.{row.Name}"
        : Study.Settings.FirstOrDefault(s => s.Key == key) is { } setting ? $"study.settings.{setting.Method}"
        : null;

    private static ConfigNode.Map MapOf(ConfigNode.Entry entry, string key) => entry.Value as ConfigNode.Map
        ?? throw entry.Origin.Error($"'{key}' takes a mapping of keys");

    private void Add(ConfigNode.Entry item)
    {
        string key = $"study.{item.Key}";
        Claim(key, item.Origin);
        switch (item.Key)
        {
            case "seeds":
                Study = Study with { Seeds = StudySeeds.Read(key, item.Value) };
                break;
            case "silencing":
                Study = Study with { Silencing = Flag(key, item.Value) };
                break;
            case "settings":
                foreach (var method in MapOf(item, key).Entries) AddSettings($"{key}.{method.Key}", method);
                break;
            case "rows":
                foreach (var row in MapOf(item, key).Entries) AddRow($"{key}.{row.Key}", row);
                break;
            case "focus":
                Study = Study with { Focus = StudyFocusReader.Read(MapOf(item, key), item.Origin, _base, Claim) };
                break;
            default:
                throw item.Origin.Error(ConfigSettings.UnknownKey(key, Keys.Select(k => $"study.{k}")));
        }
    }

    private void AddSettings(string key, ConfigNode.Entry method)
    {
        Claim(key, method.Origin);
        var settings = new ConfigSettings(MapOf(method, key).Entries, listsAllowed: false).Scalars;
        if (settings.FirstOrDefault(s => s.Key is StudyFactors.Method or "name" or "seed") is { } other)
            throw other.Origin.Error($"'{other.Key}' is not for one method");
        Study = Study with
        {
            Settings = [.. Study.Settings, .. settings.Select(s => new StudySetting(method.Key, s.Key, Canonical(s)))],
        };
    }

    private void AddRow(string key, ConfigNode.Entry entry)
    {
        Claim(key, entry.Origin);
        if (!entry.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || entry.Key == "")
            throw entry.Origin.Error($"'{entry.Key}' is no name of a row; allowed: letters, digits and - _ .");
        var row = new StudyRow { Name = entry.Key };
        var keys = new List<ConfigNode.Entry>();
        foreach (var item in MapOf(entry, key).Entries)
        {
            if (item.Key is "seeds" or "small") Claim($"{key}.{item.Key}", item.Origin);
            if (item.Key == "seeds") row = row with { Seeds = StudySeeds.Read($"{key}.seeds", item.Value) };
            else if (item.Key == "small") row = row with { Small = Shares($"{key}.small", item.Value) };
            else keys.Add(item);
        }

        var settings = new ConfigSettings(keys, listsAllowed: true, "seeds", "small");
        var axes = settings.Scalars.Select(s => new ConfigAxis(s.Key, [s])).Concat(settings.Axes);
        row = row with { Axes = [.. axes.Select(a => Axis(key, a))] };
        Study = Study with { Rows = [.. Study.Rows, row] };
    }

    private StudyAxis Axis(string row, ConfigAxis axis)
    {
        var origin = axis.Values[0].Origin;
        if (axis.Key == "seed") throw origin.Error("'seed' is not for a row; it takes 'seeds'");
        if (axis.Key == "name") throw origin.Error("'name' is not for a row; runs name themselves");
        _origins[$"{row}.{axis.Key}"] = origin;
        var values = new List<string>();
        foreach (var setting in axis.Values)
        {
            string text = Canonical(setting);
            if (values.Contains(text)) throw setting.Origin.Error($"{axis.Key}: {setting.Text} is there twice");
            values.Add(text);
        }

        return new StudyAxis(axis.Key, values);
    }

    private static List<double> Shares(string key, ConfigNode node)
    {
        var field = ConfigFields.Find(StudyFactors.Sparsity)!;
        var shares = new List<double>();
        foreach (var item in node is ConfigNode.List list ? list.Items : [node])
        {
            if (item is not ConfigNode.Scalar { IsNull: false } scalar)
                throw item.Origin.Error($"'{key}' takes sparsities, as in [95%, 98%]");
            double? share = ConfigSettings
                .Apply(RunConfig.Default, [new ConfigSetting(field.Key, scalar.Text, item.Origin)]).Pruning.Sparsity;
            if (share is not (> 0 and < 1))
                throw item.Origin.Error($"{key}: {scalar.Text} is out of range; allowed: above 0, below 1");
            if (shares.Contains(share.Value)) throw item.Origin.Error($"{key}: {scalar.Text} is there twice");
            shares.Add(share.Value);
        }

        return shares.Count > 0 ? shares : throw node.Origin.Error($"'{key}' is empty");
    }

    private static bool Flag(string key, ConfigNode node) => node is ConfigNode.Scalar { Text: "true" or "false" } scalar
        ? scalar.Text == "true"
        : throw node.Origin.Error($"'{key}' takes true or false");

    private static string Canonical(ConfigSetting setting) =>
        ConfigSettings.Field(setting).Get(ConfigSettings.Apply(RunConfig.Default, [setting]));

    private void Claim(string key, ConfigOrigin origin)
    {
        if (!_origins.TryAdd(key, origin)) throw ConfigFile.Duplicate(origin, key, _origins[key]);
    }
}
