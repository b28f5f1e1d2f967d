using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Config;

/// <summary>
/// A config as written: the settings of one run and, optionally, a sweep over it. Keys may be nested or
/// dotted, so
/// <c>model: {dim: 64}</c> and <c>model.dim: 64</c> are the same.
/// </summary>
public sealed class ConfigFile
{
    private const string SweepKey = "sweep";
    private const string StudyKey = "study";
    private const string SlurmKey = "slurm";

    private static readonly string[] SweepKeys = ["sweep.variants", "sweep.grid"];

    private ConfigFile(string source) => Source = source;

    /// <summary>The file's name as given, for messages.</summary>
    public string Source { get; }

    public IReadOnlyList<ConfigSetting> Settings { get; private init; } = [];

    /// <summary>Named points of the sweep; empty when there are none.</summary>
    public IReadOnlyList<ConfigVariant> Variants { get; private init; } = [];

    /// <summary>Axes that every variant is crossed with.</summary>
    public IReadOnlyList<ConfigAxis> Grid { get; private init; } = [];

    /// <summary>The block <c>study:</c>, which 'nb study' reads; null where there is none.</summary>
    internal ConfigNode.Entry? Study { get; private init; }

    /// <summary>Where the block <c>sweep:</c> is; null where there is none.</summary>
    internal ConfigOrigin? Sweep { get; private init; }

    /// <summary>The block <c>slurm:</c>, which 'nb sweep' reads; null where there is none.</summary>
    internal ConfigNode.Entry? Slurm { get; private init; }

    /// <summary>Reads a file, or the preset of that name where there is no such file.</summary>
    /// <exception cref="UserException">The file is missing or breaks a rule; the message names file and
    /// line.</exception>
    public static ConfigFile Load(string path)
    {
        try
        {
            string? preset = File.Exists(path) ? null : Presets.Find(path);
            return Parse(path, preset ?? ReadText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the config {path}: {e.Message}");
        }
    }

    private static string ReadText(string path)
    {
        const int most = 16 << 20;
        if (!Path.Exists(path))
        {
            string meant = Presets.Nearest(path) is { } preset ? $" (did you mean '{preset}'?)" : "";
            throw new IOException($"there is no such file{meant}; the program carries {string.Join(", ", Presets.Names)}");
        }

        RegularFile.Require(path);
        long length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        return length <= most
            ? File.ReadAllText(path)
            : throw new IOException($"it has {length} bytes; allowed: up to {most}");
    }

    public static ConfigFile Parse(string source, string yaml)
    {
        var root = ConfigNodeReader.Read(source, yaml);
        var (sweep, study, slurm) = (Block(root, SweepKey), Block(root, StudyKey), Block(root, SlurmKey));
        var run = root.Entries.Where(e => e.Key is not (SweepKey or StudyKey or SlurmKey));
        var settings = new ConfigSettings(run, listsAllowed: false, SweepKey, StudyKey, SlurmKey);
        var (variants, grid) = sweep is null ? ([], []) : ReadSweep(sweep);
        return new ConfigFile(source)
        {
            Settings = settings.Scalars,
            Variants = variants,
            Grid = grid,
            Study = study,
            Sweep = sweep?.Origin,
            Slurm = slurm,
        };
    }

    private static ConfigNode.Entry? Block(ConfigNode.Map root, string key)
    {
        var blocks = root.Entries.Where(e => e.Key == key).ToList();
        return blocks.Count > 1 ? throw Duplicate(blocks[1].Origin, key, blocks[0].Origin) : blocks.FirstOrDefault();
    }

    internal static UserException Duplicate(ConfigOrigin second, string key, ConfigOrigin first) =>
        second.Error($"duplicate key '{key}' (first on line {first.Line})");

    private static (IReadOnlyList<ConfigVariant> Variants, IReadOnlyList<ConfigAxis> Grid) ReadSweep(
        ConfigNode.Entry sweep)
    {
        var variants = new List<ConfigVariant>();
        IReadOnlyList<ConfigAxis> grid = [];
        var seen = new Dictionary<string, ConfigOrigin>();
        foreach (var part in MapOf(sweep).Entries)
        {
            if (!seen.TryAdd(part.Key, part.Origin))
                throw Duplicate(part.Origin, $"{SweepKey}.{part.Key}", seen[part.Key]);
            switch (part.Key)
            {
                case "variants":
                    foreach (var variant in MapOf(part).Entries)
                        variants.Add(ReadVariant(variant, variants));
                    break;
                case "grid":
                    var axes = new ConfigSettings(MapOf(part).Entries, listsAllowed: true);
                    if (axes.Scalars is [var scalar, ..])
                        throw scalar.Origin.Error($"'{scalar.Key}' in a grid takes a list, as in [1, 2, 3]");
                    grid = axes.Axes;
                    break;
                default:
                    throw part.Origin.Error(ConfigSettings.UnknownKey($"{SweepKey}.{part.Key}", SweepKeys));
            }
        }

        return (variants, grid);
    }

    private static ConfigVariant ReadVariant(ConfigNode.Entry entry, List<ConfigVariant> before)
    {
        if (before.Any(v => v.Name == entry.Key))
            throw entry.Origin.Error($"duplicate variant '{entry.Key}'");
        // The name becomes part of the run's name, so it obeys the same rule.
        try
        {
            ConfigFields.Find("name")!.Set(RunConfig.Default, entry.Key);
        }
        catch (SettingException e)
        {
            throw entry.Origin.Error(e.Message);
        }

        var settings = new ConfigSettings(MapOf(entry).Entries, listsAllowed: true);
        return new ConfigVariant(entry.Key, settings.Scalars, settings.Axes);
    }

    private static ConfigNode.Map MapOf(ConfigNode.Entry entry) => entry.Value switch
    {
        ConfigNode.Map map => map,
        ConfigNode.Scalar { IsNull: true } => new ConfigNode.Map(entry.Origin, []),
        _ => throw entry.Origin.Error($"'{entry.Key}' takes a mapping"),
    };
}
