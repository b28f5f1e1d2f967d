using NeuralBurden.Cli.Config;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Cli.Study;

/// <summary>Reads <c>study.focus</c>, what a study is to confirm.</summary>
internal sealed class StudyFocusReader
{
    private const string Prefix = "study.focus.";

    private static readonly string[] Keys = ["method", "sparsity", "epochs", "merge", "plain", "tests", "seeds"];

    private readonly ConfigOrigin _origin;
    private readonly RunConfig _base;
    private readonly Dictionary<string, ConfigNode.Entry> _entries = [];

    private StudyFocusReader(ConfigOrigin origin, RunConfig config) => (_origin, _base) = (origin, config);

    /// <param name="claim">Takes note of each key, and refuses a second one.</param>
    public static StudyFocus Read(
        ConfigNode.Map map, ConfigOrigin origin, RunConfig config, Action<string, ConfigOrigin> claim)
    {
        var reader = new StudyFocusReader(origin, config);
        foreach (var entry in map.Entries)
        {
            if (!Keys.Contains(entry.Key))
                throw entry.Origin.Error(ConfigSettings.UnknownKey(Prefix + entry.Key, Keys.Select(k => Prefix + k)));
            claim(Prefix + entry.Key, entry.Origin);
            reader._entries.Add(entry.Key, entry);
        }

        return reader.Focus();
    }

    private StudyFocus Focus() => new()
    {
        Method = Apply("method", StudyFactors.Method).Pruning.Method,
        Sparsity = Apply("sparsity", StudyFactors.Sparsity).Pruning.Sparsity
            ?? throw Entry("sparsity").Origin.Error($"{Prefix}sparsity: takes a share, such as 98%"),
        Epochs = _entries.ContainsKey("epochs") ? Apply("epochs", StudyFactors.Epochs).Train.Epochs : _base.Train.Epochs,
        Merge = Merge(),
        Plain = Apply("plain", StudyFactors.Method).Pruning.Method,
        Tests = Tests(),
        Seeds = StudySeeds.Read(Prefix + "seeds", Entry("seeds").Value),
    };

    // As the runs that have this merge tell it.
    private SortedDictionary<string, string> Merge()
    {
        var entry = Entry("merge");
        if (entry.Value is not ConfigNode.Map map) throw entry.Origin.Error($"'{Prefix}merge' takes a mapping of keys");
        var settings = new ConfigSettings(map.Entries, listsAllowed: false).Scalars;
        if (settings.FirstOrDefault(s => !s.Key.StartsWith("tokens.", StringComparison.Ordinal)) is { } other)
            throw other.Origin.Error($"'{other.Key}' is not of a merge; allowed: keys under 'tokens.'");
        var config = ConfigSettings.Apply(_base, settings);
        if (!config.Tokens.Merges) throw entry.Origin.Error($"{Prefix}merge: tokens.merge is none; it takes one that merges");
        var factors = StudyFactors.Of(config, _base, null);
        return new(
            factors.Where(f => f.Key.StartsWith("tokens.", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);
    }

    private List<string> Tests()
    {
        var entry = Entry("tests");
        if (entry.Value is not ConfigNode.List { Items.Count: > 0 } list)
            throw entry.Origin.Error($"'{Prefix}tests' takes a list, as in [T0, T1]");
        var known = StudyHypotheses.All.Select(h => h.Id).ToList();
        var tests = new List<string>();
        foreach (var item in list.Items)
        {
            string text = item is ConfigNode.Scalar scalar ? scalar.Text : "";
            if (!known.Contains(text) || tests.Contains(text))
                throw item.Origin.Error($"{Prefix}tests: '{text}'; allowed: each once of {string.Join(", ", known)}");
            tests.Add(text);
        }

        return tests;
    }

    private RunConfig Apply(string key, string field)
    {
        var entry = Entry(key);
        if (entry.Value is not ConfigNode.Scalar { IsNull: false } scalar)
            throw entry.Origin.Error($"'{Prefix}{key}' takes one value");
        return ConfigSettings.Apply(RunConfig.Default, [new ConfigSetting(field, scalar.Text, entry.Origin)]);
    }

    private ConfigNode.Entry Entry(string key) => _entries.TryGetValue(key, out var entry)
        ? entry
        : throw _origin.Error($"'study.focus' has no '{key}'; it takes {string.Join(", ", Keys)}");
}
