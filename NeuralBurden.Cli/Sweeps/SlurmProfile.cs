using System.Globalization;
using System.Text.RegularExpressions;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>The block <c>slurm:</c> of a config: what the tasks of a sweep ask Slurm for.</summary>
internal sealed class SlurmProfile
{
    private const string Block = "slurm";
    private const int DefaultGrace = 120;

    private readonly Dictionary<string, (string Text, ConfigOrigin Origin)> _values = [];

    private SlurmProfile()
    {
    }

    /// <summary>Options of sbatch with their values, in the order of the table of keys.</summary>
    public IEnumerable<(string Option, string Value)> Options =>
        from known in SlurmField.All
        where known.Option is not null && _values.ContainsKey(known.Key)
        select (known.Option, _values[known.Key].Text);

    public IReadOnlyList<string> Modules { get; private set; } = [];

    /// <summary>Tasks at once; null = no limit.</summary>
    public int? ArrayLimit => Number("array_limit");

    /// <summary>Cores of a task.</summary>
    public int Cpus => Number("cpus") ?? 1;

    /// <summary>Seconds between the signal and the time limit.</summary>
    public int Grace => Number("grace") ?? DefaultGrace;

    /// <exception cref="UserException">There is no such block, or it breaks a rule; names file, line and key.</exception>
    public static SlurmProfile Read(ConfigFile file)
    {
        if (file.Slurm is not { } block)
        {
            throw new UserException(
                $"{file.Source}: 'slurm' needs a block 'slurm:' with a time limit; docs/clusters.md shows one");
        }


        if (block.Value is not ConfigNode.Map map) throw block.Origin.Error("'slurm' takes a mapping of keys");
        var profile = new SlurmProfile();
        foreach (var entry in map.Entries) profile.Add(entry);
        profile.RequireTime(block.Origin);
        return profile;
    }

    private void Add(ConfigNode.Entry entry)
    {
        string key = entry.Key;
        var field = SlurmField.All.FirstOrDefault(f => f.Key == key);
        if (field is null && key != SlurmField.Modules)
        {
            var known = SlurmField.All.Select(f => f.Key).Append(SlurmField.Modules);
            string hint = NearestName.Of(key, known) is { } nearest
                ? $" (did you mean '{Block}.{nearest}'?)"
                : $"; allowed: {string.Join(", ", known)}";
            throw entry.Origin.Error($"unknown key '{Block}.{key}'{hint}");
        }

        if (_values.TryGetValue(key, out var before)) throw ConfigFile.Duplicate(entry.Origin, $"{Block}.{key}", before.Origin);
        if (field is not null)
        {
            _values.Add(key, (Text(field, entry.Value), entry.Origin));
            return;
        }

        if (entry.Value is not ConfigNode.List list)
            throw entry.Origin.Error($"'{Block}.{key}' takes {SlurmField.Module.Allowed}");
        _values.Add(key, ("", entry.Origin));
        Modules = [.. list.Items.Select(item => Text(SlurmField.Module, item))];
    }

    private static string Text(SlurmField field, ConfigNode node)
    {
        if (node is not ConfigNode.Scalar { IsNull: false } scalar)
            throw node.Origin.Error($"{Block}.{field.Key}: takes a plain value; allowed: {field.Allowed}");
        return Regex.IsMatch(scalar.Text, field.Pattern, RegexOptions.CultureInvariant) && !scalar.Text.EndsWith('\n')
            ? scalar.Text
            : throw scalar.Origin.Error($"{Block}.{field.Key}: '{scalar.Text}' is not legal; allowed: {field.Allowed}");
    }

    private void RequireTime(ConfigOrigin block)
    {
        if (!_values.TryGetValue("time", out var time))
            throw block.Error("'slurm' needs a time limit, such as time: 4:00:00");
        int seconds = Seconds(time.Text);
        if (2 * Grace > seconds)
        {
            var origin = _values.TryGetValue("grace", out var grace) ? grace.Origin : time.Origin;
            throw origin.Error(
                $"{Block}.grace: {Grace} s leave too little of a time limit of {seconds} s; allowed: 10 to {seconds / 2}");
        }
    }

    // M, M:S, H:M:S, D-H, D-H:M or D-H:M:S, as sbatch reads them.
    private static int Seconds(string time)
    {
        string[] days = time.Split('-');
        int[] parts = [.. days[^1].Split(':').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        int Part(int i) => i < parts.Length ? parts[i] : 0;
        if (days.Length == 2)
            return (int.Parse(days[0], CultureInfo.InvariantCulture) * 86400) + (Part(0) * 3600) + (Part(1) * 60) + Part(2);
        return parts.Length == 3
            ? (parts[0] * 3600) + (parts[1] * 60) + parts[2]
            : (parts[0] * 60) + Part(1);
    }

    private int? Number(string key) => _values.TryGetValue(key, out var value)
        ? int.Parse(value.Text, CultureInfo.InvariantCulture)
        : null;
}
