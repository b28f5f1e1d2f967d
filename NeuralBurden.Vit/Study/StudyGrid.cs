using System.Globalization;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// A study expanded into runs. Equal configs are one run, whichever rows ask for it, and every run's twin is there, right
/// before the first run that needs it. Within a row runs are ordered by seed, so that a study stopped early has whole pairs.
/// </summary>
public sealed class StudyGrid
{
    /// <summary>The method that prunes nothing.</summary>
    public const string Dense = "dense";

    /// <summary>Most runs that a study may ask for, equal ones counted as often as they are asked for.</summary>
    public const int MostRuns = 20_000;

    private readonly RunConfig _base;
    private readonly StudyConfig _study;
    private readonly Func<RunConfig, RunConfig> _resolve;
    private readonly Dictionary<string, StudyCell> _cells = [];
    private readonly Dictionary<string, RunConfig> _standards = [];
    private readonly Dictionary<double, ModelConfig> _small = [];

    private StudyGrid(RunConfig config, StudyConfig study, Func<RunConfig, RunConfig> resolve) =>
        (_base, _study, _resolve) = (config, study, resolve);

    /// <summary>All runs, each once.</summary>
    public IReadOnlyList<StudyCell> Cells { get; private set; } = [];

    /// <param name="config">The run that everything starts from; its own seed is that of a study without seeds.</param>
    /// <param name="resolve">
    /// Completes each run with what it leaves to its method, so that its id says what it does; null takes it as it is.
    /// </param>
    /// <exception cref="SettingException">A row cannot be run so; the exception names its key.</exception>
    public static StudyGrid Create(RunConfig config, StudyConfig study, Func<RunConfig, RunConfig>? resolve = null)
    {
        if (study.Rows.Count == 0) throw new SettingException("study.rows", "is empty; a study needs a row");
        var grid = new StudyGrid(config, study, resolve ?? (c => c));
        grid.CheckSize();
        foreach (var row in study.Rows) grid.Add(row);
        grid.Cells = [.. grid._cells.Values];
        foreach (var setting in study.Settings)
        {
            if (!grid.Cells.Any(c => c.Config.Pruning.Method == setting.Method))
                throw new SettingException($"study.settings.{setting.Method}", "no row has this method");
        }

        return grid;
    }

    /// <summary>What the study gives to all runs of a method: its base with the method's settings.</summary>
    public RunConfig Standard(string method)
    {
        if (_standards.TryGetValue(method, out var known)) return known;
        var pruning = _base.Pruning;
        // The parameters of one method mean nothing to another.
        if (pruning.Method != method) pruning = pruning with { Method = method, Parameters = MethodParameters.Empty };
        var config = _base with { Pruning = pruning };
        foreach (var setting in _study.Settings.Where(s => s.Method == method))
            config = ConfigFields.Find(setting.Key)!.Set(config, setting.Text);
        return _standards[method] = config;
    }

    /// <summary>The seeds of a row.</summary>
    public IReadOnlyList<int> Seeds(StudyRow row) =>
        row.Seeds.Count > 0 ? row.Seeds : _study.Seeds.Count > 0 ? _study.Seeds : [_base.Seed];

    private static string KeyOf(StudyRow row) => $"study.rows.{row.Name}";

    // The message of the exception begins with its key.
    private static SettingException Within(StudyRow row, SettingException e) =>
        new($"{KeyOf(row)}.{e.Key}", e.Message[(e.Key.Length + 2)..]);

    // Before anything is expanded: what is too much must not have to be counted by making it.
    private void CheckSize()
    {
        long all = 0;
        foreach (var row in _study.Rows)
        {
            Int128 runs = Math.Max(1, row.Small.Count) * (Int128)Seeds(row).Count;
            foreach (var axis in row.Axes) runs *= axis.Values.Count;
            // Each run may need a twin.
            if (all + runs > MostRuns)
            {
                throw new SettingException(KeyOf(row), string.Create(
                    CultureInfo.InvariantCulture, $"brings the study to {all + runs:N0} runs; allowed: at most {MostRuns:N0}"));
            }

            all += (long)runs;
        }
    }

    private void Add(StudyRow row)
    {
        foreach (int seed in Seeds(row))
        {
            foreach (var point in Points(row.Axes))
            {
                if (row.Small.Count == 0) Add(row, Resolve(row, seed, point), null);
                foreach (double sparsity in row.Small) Add(row, Shrink(row, Resolve(row, seed, point), sparsity), sparsity);
            }
        }
    }

    private void Add(StudyRow row, RunConfig config, double? small)
    {
        config = Named(Complete(row, config), small);
        var twin = config with
        {
            Pruning = new PruningConfig(),
            Tokens = new TokensConfig(),
            Model = small is null ? config.Model : _base.Model,
        };
        twin = Named(Complete(row, twin), null);
        Put(twin, twin, null, null);
        Put(config, twin, small, row.Name);
    }

    private void Put(RunConfig config, RunConfig twin, double? small, string? row)
    {
        var standard = Standard(config.Pruning.Method);
        standard = _resolve(standard with
        {
            Pruning = standard.Pruning with { Sparsity = config.Pruning.Sparsity },
            Train = standard.Train with { Epochs = config.Train.Epochs },
        });
        var factors = StudyFactors.Of(config, standard, small);
        var cell = new StudyCell(config, twin, factors, row is null ? [] : [row]);
        if (_cells.TryAdd(cell.Id, cell) || row is null) return;
        var known = _cells[cell.Id];
        if (!known.Rows.Contains(row)) _cells[cell.Id] = known with { Rows = [.. known.Rows, row] };
    }

    private RunConfig Resolve(StudyRow row, int seed, IReadOnlyList<(string Key, string Text)> point)
    {
        string method = _base.Pruning.Method;
        foreach (var (key, text) in point)
        {
            if (key == StudyFactors.Method) method = text;
        }

        var config = Standard(method) with { Seed = seed };
        try
        {
            foreach (var (key, text) in point) config = ConfigFields.Find(key)!.Set(config, text);
        }
        catch (SettingException e)
        {
            throw Within(row, e);
        }

        // What is not read must not tell equal runs apart.
        if (config.Pruning.Method == Dense) config = config with { Pruning = new PruningConfig() };
        return config.Tokens.Merges ? config : config with { Tokens = new TokensConfig() };
    }

    private RunConfig Complete(StudyRow row, RunConfig config)
    {
        try
        {
            return _resolve(config);
        }
        catch (SettingException e)
        {
            throw Within(row, e);
        }
    }

    private RunConfig Shrink(StudyRow row, RunConfig config, double sparsity)
    {
        if (config.Pruning.Method != Dense)
        {
            throw new SettingException(
                KeyOf(row), $"small: is for dense networks; the row has {StudyFactors.Method} {config.Pruning.Method}");
        }

        if (!_small.TryGetValue(sparsity, out var model))
            _small[sparsity] = model = SmallDenseShape.Find(_base, sparsity);
        return config with { Model = model };
    }

    // A name that says what the run is; what it does not say is in the hash.
    private RunConfig Named(RunConfig config, double? small)
    {
        var (pruning, tokens) = (config.Pruning, config.Tokens);
        string head = small is null ? pruning.Method : "small";
        double? sparsity = pruning.Method == Dense ? small : pruning.Sparsity;
        string at = sparsity is { } s ? string.Create(CultureInfo.InvariantCulture, $"-s{s}") : "";
        string r = tokens.R.IsShare ? string.Create(CultureInfo.InvariantCulture, $"{tokens.R.Amount}") : $"{tokens.R}";
        string merge = tokens.Merges ? $"-{tokens.Merge}-l{tokens.Layer}-r{r}" : "";
        return ConfigFields.Find("name")!.Set(config, $"{_base.Name}-{head}{at}{merge}-{config.Train.Epochs}ep");
    }

    private static IEnumerable<IReadOnlyList<(string Key, string Text)>> Points(IReadOnlyList<StudyAxis> axes)
    {
        IEnumerable<IReadOnlyList<(string Key, string Text)>> points = [[]];
        foreach (var axis in axes)
        {
            points = points.SelectMany(point =>
                axis.Values.Select(v => (IReadOnlyList<(string, string)>)[.. point, (axis.Key, v)]));
        }

        return points;
    }
}
