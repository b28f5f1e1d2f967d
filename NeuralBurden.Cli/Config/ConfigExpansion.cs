using System.Text.RegularExpressions;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Config;

/// <summary>
/// Resolves a config file with what the command line says into complete, checked configs. Later wins:
/// defaults, file, variant, axes, command line. A key that the command line sets is no axis any more.
/// </summary>
public static partial class ConfigExpansion
{
    /// <summary>Most runs of one sweep.</summary>
    public const int MostRuns = 10_000;

    /// <summary>The file's one run; its sweep is left aside.</summary>
    /// <param name="resolve">
    /// Completes the run and looks at it as a whole; what it refuses is told with the line of the key. Null takes the
    /// config as it is, for one that is stored.
    /// </param>
    public static RunConfig Single(
        ConfigFile file, ConfigOverrides overrides, Func<RunConfig, RunConfig>? resolve = null)
    {
        if (overrides.Axes is [var axis, ..])
            throw axis.Values[0].Origin.Error("one run has nothing to sweep; 'nb run' expands sweeps");
        return Resolve(file.Source, [.. file.Settings, .. overrides.Settings], [], resolve);
    }

    /// <summary>
    /// All runs of the sweep: variants in order, each crossed with its own axes and the grid, the last axis
    /// fastest. The names are NAME-VARIANT, with <c>-KEYVALUE</c> for every axis but the seed.
    /// </summary>
    /// <param name="resolve">As of <see cref="Single"/>, for each run.</param>
    public static IReadOnlyList<RunConfig> Sweep(
        ConfigFile file, ConfigOverrides overrides, Func<RunConfig, RunConfig>? resolve = null)
    {
        if (file.Study is { } study)
            throw study.Origin.Error("this config is a study; 'nb study' runs it");
        var fixedKeys = overrides.Settings.Select(s => s.Key).ToHashSet();
        var given = overrides.Axes.Select(a => a.Key).ToHashSet();
        IReadOnlyList<ConfigVariant> variants =
            file.Variants is [] ? [new ConfigVariant("", [], [])] : file.Variants;
        RequireNoClash(variants, file.Grid.Concat(overrides.Axes), overrides);
        RequireSize(variants, file.Grid, overrides);
        var runs = new Dictionary<string, RunConfig>();
        foreach (var variant in variants)
        {
            var own = variant.Axes.Where(a => !given.Contains(a.Key)).ToList();
            var axes = file.Grid
                .Where(a => !given.Contains(a.Key) && own.TrueForAll(o => o.Key != a.Key))
                .Concat(overrides.Axes)
                .Where(a => !fixedKeys.Contains(a.Key));
            foreach (var point in Points([.. own.Where(a => !fixedKeys.Contains(a.Key)), .. axes]))
            {
                ConfigSetting[] settings =
                    [.. file.Settings, .. variant.Settings, .. point, .. overrides.Settings];
                var config = Resolve(file.Source, settings, Suffix(variant, point), resolve);
                runs.TryAdd(ConfigText.RunId(config), config);
            }
        }

        return [.. runs.Values];
    }

    // A variant is named by what it sets; were that set otherwise, its name would lie.
    private static void RequireNoClash(
        IReadOnlyList<ConfigVariant> variants, IEnumerable<ConfigAxis> axes, ConfigOverrides overrides)
    {
        var set = overrides.Settings.Concat(axes.Select(a => a.Values[0]));
        foreach (var setting in set)
        {
            var clashing = variants.Where(v => v.Settings.Any(own => own.Key == setting.Key)).Select(v => v.Name).ToList();
            if (clashing.Count == 0) continue;
            throw setting.Origin.Error(
                $"'{setting.Key}' is what tells the sweep's variants apart: {string.Join(", ", clashing)} "
                + $"{(clashing.Count == 1 ? "sets" : "set")} it; 'nb train' takes the config without its sweep");
        }
    }

    private static void RequireSize(
        IReadOnlyList<ConfigVariant> variants, IReadOnlyList<ConfigAxis> grid, ConfigOverrides overrides)
    {
        // An upper bound: what the command line fixes only makes it smaller.
        double most = variants.Max(v => v.Axes.Concat(grid).Concat(overrides.Axes).Aggregate(1.0, (n, a) => n * a.Values.Count));
        if (most * variants.Count <= MostRuns) return;
        var axis = grid.Concat(overrides.Axes).Concat(variants.SelectMany(v => v.Axes)).MaxBy(a => a.Values.Count);
        string message = $"{most * variants.Count:#,0} runs; allowed: up to {MostRuns:#,0} in one sweep";
        throw axis is null ? new UserException(message) : axis.Values[0].Origin.Error(message);
    }

    /// <summary>What the names of all runs of a sweep begin with.</summary>
    public static string BaseName(ConfigFile file, ConfigOverrides overrides) =>
        ConfigSettings.Apply(RunConfig.Default, file.Settings.Concat(overrides.Settings)).Name;

    private static RunConfig Resolve(
        string source, ConfigSetting[] settings, IReadOnlyList<string> suffix, Func<RunConfig, RunConfig>? resolve)
    {
        var config = ConfigSettings.Apply(RunConfig.Default, settings);
        try
        {
            string name = string.Join('-', suffix.Prepend(config.Name));
            config = ConfigFields.Find("name")!.Set(config, name);
            ConfigRules.Check(config);
            return resolve is null ? config : resolve(config);
        }
        catch (SettingException e)
        {
            var origin = settings.LastOrDefault(s => s.Key == e.Key)?.Origin ?? new ConfigOrigin(source, 1);
            throw origin.Error(suffix.Count == 0 ? e.Message : $"{e.Message} (run {config.Name})");
        }
    }

    private static IEnumerable<ConfigSetting[]> Points(IReadOnlyList<ConfigAxis> axes)
    {
        IEnumerable<ConfigSetting[]> points = [[]];
        foreach (var axis in axes)
        {
            points = points.SelectMany(point =>
                axis.Values.Select(value => (ConfigSetting[])[.. point, value]));
        }

        return points;
    }

    private static List<string> Suffix(ConfigVariant variant, ConfigSetting[] point)
    {
        var parts = new List<string>();
        if (variant.Name != "")
            parts.Add(variant.Name);
        foreach (var setting in point.Where(s => s.Key != "seed"))
        {
            // The canonical spelling, so that 90% and 0.9 name the same run.
            var field = ConfigSettings.Field(setting);
            string value = field.Get(ConfigSettings.Apply(RunConfig.Default, [setting]));
            parts.Add(setting.Key.Split('.')[^1] + NotInNames().Replace(value, ""));
        }

        return parts;
    }

    [GeneratedRegex("[^A-Za-z0-9._+=-]")]
    private static partial Regex NotInNames();
}
