using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// Looks up the runs of a study and compares their measures. Units of different networks are not aligned, so what is
/// compared is the distribution over units: a quantile of one run over the same quantile of another, layer by layer,
/// averaged over layers as logarithms.
/// </summary>
public sealed class StudyIndex
{
    private readonly Dictionary<(StudyRole, string, double, string, string, int), StudyRun> _runs = [];
    private readonly Dictionary<string, IReadOnlyList<StudyLayer>> _ends = [];

    public StudyIndex(StudyData data)
    {
        Data = data;
        Seeds = [.. data.Runs.Select(r => r.Seed).Distinct().Order()];
        foreach (var run in data.Runs)
        {
            _runs[(run.Role, run.Method, run.Sparsity, run.Merge, run.R, run.Seed)] = run;
            int last = run.Layers.Where(l => l.Phase == BurdenPhase.EpochEnd).Select(l => l.Step).DefaultIfEmpty().Max();
            _ends[run.Id] = [.. run.Layers.Where(l => l.Phase == BurdenPhase.EpochEnd && l.Step == last)];
        }

        Methods = [.. Of(StudyRole.Pruned).Select(r => r.Method).Distinct()];
        Sparsities = [.. Of(StudyRole.Pruned).Select(r => r.Sparsity).Distinct().Order()];
    }

    public StudyData Data { get; }

    public IReadOnlyList<int> Seeds { get; }

    /// <summary>Methods under study, in the order of the config.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Sparsities of the pruned runs, ascending, without 0.</summary>
    public IReadOnlyList<double> Sparsities { get; }

    public IEnumerable<StudyRun> Of(StudyRole role) => Data.Runs.Where(r => r.Role == role);

    public StudyRun? Dense(int seed) => Find(StudyRole.Dense, "dense", 0, seed);

    /// <summary>A run without merging.</summary>
    public StudyRun? Find(StudyRole role, string method, double sparsity, int seed) =>
        Find(role, method, sparsity, "none", "0", seed);

    public StudyRun? Find(StudyRole role, string method, double sparsity, string merge, string r, int seed) =>
        _runs.GetValueOrDefault((role, method, sparsity, merge, r, seed));

    /// <summary>The same method, sparsity and seed without merging.</summary>
    public StudyRun? Unmerged(StudyRun run) => run.Sparsity > 0
        ? Find(StudyRole.Pruned, run.Method, run.Sparsity, run.Seed)
        : Dense(run.Seed);

    /// <summary>The layers at the end of training; empty where nothing was measured.</summary>
    public IReadOnlyList<StudyLayer> End(StudyRun run) => _ends[run.Id];

    /// <summary>Mean over layers at the end; null where a layer lacks the measure.</summary>
    public double? Mean(StudyRun run, string measure)
    {
        var layers = End(run);
        if (layers.Count == 0) return null;
        double sum = 0;
        foreach (var layer in layers)
        {
            if (!layer.Values.TryGetValue(measure, out double value)) return null;
            sum += value;
        }

        return sum / layers.Count;
    }

    /// <summary>Mean over layers of ln(measure of run / measure of other); null where it does not exist.</summary>
    /// <param name="where">Which layers, by the run's and the other's record; all by default.</param>
    public double? LogRatio(
        StudyRun? run, StudyRun? other, string measure, Func<StudyLayer, StudyLayer, bool>? where = null)
    {
        if (run is null || other is null) return null;
        var (own, its) = (End(run), End(other));
        if (own.Count == 0 || own.Count != its.Count) return null;
        double sum = 0;
        int count = 0;
        for (int i = 0; i < own.Count; i++)
        {
            if (where is not null && !where(own[i], its[i])) continue;
            if (!own[i].Values.TryGetValue(measure, out double a) || !its[i].Values.TryGetValue(measure, out double b)
                || a <= 0 || b <= 0) return null;
            sum += Math.Log(a / b);
            count++;
        }

        return count == 0 ? null : sum / count;
    }

    /// <summary>A quantile of the run over that of the dense run of its seed; null where it does not exist.</summary>
    public double? TwinRatio(StudyRun run, string measure) =>
        LogRatio(run, Dense(run.Seed), measure) is { } log ? Math.Exp(log) : null;

    /// <summary>Values by stratum, for every stratum and seed where there is one.</summary>
    public static IReadOnlyList<IReadOnlyList<double>> Strata<TKey>(
        IEnumerable<StudyRun> runs, Func<StudyRun, TKey> stratum, Func<StudyRun, double?> value)
        where TKey : notnull =>
        [.. runs.Select(r => (Key: stratum(r), Value: value(r))).Where(v => v.Value is { } x && double.IsFinite(x))
            .GroupBy(v => v.Key, v => v.Value!.Value).Select(g => (IReadOnlyList<double>)[.. g])];
}
