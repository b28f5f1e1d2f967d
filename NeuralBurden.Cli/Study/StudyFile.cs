using NeuralBurden.Cli.Config;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>A config with a block <c>study:</c>, read and expanded.</summary>
internal sealed class StudyFile
{
    private const string Prefix = "study.";

    private readonly Dictionary<string, ConfigOrigin> _origins = [];

    private StudyFile(RunConfig config) => Base = config;

    /// <summary>The run that every cell starts from.</summary>
    public RunConfig Base { get; }

    public StudyConfig Grid { get; private set; } = new();

    /// <summary>The whole config in its canonical form; reading it gives the same study.</summary>
    public string Text => ConfigText.ToYaml(Base) + StudyFields.ToYaml(Grid);

    /// <exception cref="UserException">The config is no study, or breaks a rule; names file, line and key.</exception>
    public static StudyFile Read(ConfigFile file, ConfigOverrides overrides)
    {
        if (file.Study is not { } block)
        {
            throw new UserException(
                $"{file.Source} is no study: it has no block 'study:' (configs/study-first.yaml is an example)");
        }

        if (file.Sweep is { } sweep)
            throw sweep.Error("a study makes its own grid; 'sweep' belongs to 'nb run'");
        var study = new StudyFile(ConfigExpansion.Single(file, overrides));
        study.Add("", block);
        return study;
    }

    /// <summary>The grid, every run of it checked.</summary>
    public StudyPlan Plan(IRunEngine engine, RunOptions options)
    {
        try
        {
            var plan = StudyPlan.Create(Base, Grid);
            // Seeds change nothing that could stop a run.
            foreach (var cell in plan.Cells.DistinctBy(c => c.Config.Name)) Check(cell, engine, options);
            return plan;
        }
        catch (ConfigException e)
        {
            string key = e.Key.StartsWith(Prefix, StringComparison.Ordinal) ? e.Key[Prefix.Length..] : "";
            throw _origins.TryGetValue(key, out var origin) ? origin.Error(e.Message) : new UserException(e.Message);
        }
    }

    private static void Check(StudyCell cell, IRunEngine engine, RunOptions options)
    {
        try
        {
            ConfigRules.Check(cell.Config);
            engine.Check(cell.Config, options);
        }
        catch (ConfigException e)
        {
            throw new ConfigException(e.Key, $"{Without(e)} (in {cell.Config.Name})");
        }
    }

    // The message of the exception begins with its key.
    private static string Without(ConfigException e) =>
        e.Message.StartsWith(e.Key + ": ", StringComparison.Ordinal) ? e.Message[(e.Key.Length + 2)..] : e.Message;

    private static string Unknown(string key)
    {
        var known = StudyFields.All.Select(f => f.Key).Concat(StudyFields.Sections).Append(StudyFields.SettingsKey);
        return Spelling.Nearest(key, known) is { } nearest
            ? $"unknown key '{Prefix}{key}' (did you mean '{Prefix}{nearest}'?)"
            : $"unknown key '{Prefix}{key}'; allowed: {string.Join(", ", StudyFields.All.Select(f => Prefix + f.Key))}";
    }

    private void Add(string section, ConfigNode.Entry entry)
    {
        if (entry.Value is not ConfigNode.Map map)
            throw entry.Origin.Error($"'{(section == "" ? "" : Prefix)}{entry.Key}' takes a mapping of keys");
        foreach (var item in map.Entries)
        {
            string key = section + item.Key;
            if (section == "" && StudyFields.Sections.Contains(item.Key))
                Add(item.Key + ".", item);
            else if (key == StudyFields.SettingsKey)
                AddSettings(item);
            else if (StudyFields.Find(key) is { } field)
                Set(field, item);
            else
                throw item.Origin.Error(Unknown(key));
        }
    }

    private void AddSettings(ConfigNode.Entry item)
    {
        if (!_origins.TryAdd(item.Key, item.Origin))
            throw ConfigFile.Duplicate(item.Origin, Prefix + item.Key, _origins[item.Key]);
        if (item.Value is not ConfigNode.Map methods)
            throw item.Origin.Error($"'{Prefix}{item.Key}' takes a mapping of methods to their settings");
        foreach (var method in methods.Entries)
        {
            if (Grid.Settings.Any(s => s.Method == method.Key))
                throw method.Origin.Error($"duplicate key '{Prefix}{item.Key}.{method.Key}'");
            if (method.Value is not ConfigNode.Map keys)
                throw method.Origin.Error($"'{Prefix}{item.Key}.{method.Key}' takes a mapping of keys");
            var settings = new ConfigSettings(keys.Entries, listsAllowed: false).Scalars;
            if (settings.FirstOrDefault(s => !IsAllowed(s.Key)) is { } other)
            {
                throw other.Origin.Error(
                    $"'{other.Key}' is not for one method; allowed: keys under 'pruning.' but method and sparsity");
            }

            // Finds bad values here, where their line is known.
            ConfigSettings.Apply(Base, settings);
            Grid = Grid with
            {
                Settings = [.. Grid.Settings, .. settings.Select(s => new StudySetting(method.Key, s.Key, s.Text))],
            };
        }
    }

    private static bool IsAllowed(string key) =>
        key.StartsWith("pruning.", StringComparison.Ordinal) && key is not ("pruning.method" or "pruning.sparsity");

    private void Set(StudyField field, ConfigNode.Entry item)
    {
        if (!_origins.TryAdd(field.Key, item.Origin))
            throw ConfigFile.Duplicate(item.Origin, Prefix + field.Key, _origins[field.Key]);
        if (item.Value is not ConfigNode.List { Items.Count: > 0 } list)
            throw item.Origin.Error($"'{Prefix}{field.Key}' takes a list, as in [1, 2, 3]");
        var texts = new List<string>();
        foreach (var node in list.Items)
        {
            if (node is not ConfigNode.Scalar { IsNull: false } scalar)
                throw node.Origin.Error($"'{Prefix}{field.Key}' takes a list of plain values");
            texts.Add(scalar.Text);
            try
            {
                Grid = field.Set(Grid, texts);
            }
            catch (ConfigException e)
            {
                // An item is told by the key of the list, not by that of the run whose value it is.
                throw node.Origin.Error($"{Prefix}{field.Key}: {Without(e)}");
            }
        }
    }
}
