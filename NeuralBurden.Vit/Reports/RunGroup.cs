using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Reports;

/// <summary>The repeats of one experiment: runs that differ in nothing but the seed.</summary>
public sealed class RunGroup
{
    private const string DenseMethod = "dense";

    /// <summary>As many groups as there are colours.</summary>
    private const int MostAtOnce = 8;

    private RunGroup(string label, IReadOnlyList<StoredRun> runs, int index)
    {
        Index = index;
        Label = label;
        Runs = runs;
    }

    /// <summary>The runs' name without what all groups' names begin with.</summary>
    public string Label { get; }

    /// <summary>In order of seed.</summary>
    public IReadOnlyList<StoredRun> Runs { get; }

    /// <summary>
    /// Decides colour and marker: the place among the groups, or that of the family if they are many.
    /// </summary>
    public int Index { get; }

    /// <summary>What the accuracy of one curve over sparsity shares: the method and the merging.</summary>
    public (string Method, string Merge) Family => (Config.Pruning.Method, Config.Tokens.Merge);

    public double Sparsity => Of(r => r.Sparsity)!.Value.Mean;

    public RunConfig Config => Runs[0].Config;

    public bool IsDense => Config.Pruning.Method == DenseMethod;

    public bool Merges => Config.Tokens.Merges;

    public bool IsSimulated => Runs.Any(r => r.Result.Simulated);

    /// <summary>
    /// How many products of pruned matrices dense kernels made in training, forward and for the input's gradient: <c>2 of
    /// 32</c>; <c>all</c> where the run did not record it. The gradient of weights is dense where a method needs it so.
    /// </summary>
    public string DenseProducts
    {
        get
        {
            var result = Runs.First(r => r.Result.Simulated || !IsSimulated).Result;
            var pruned = result.Matrices.Where(m => m.Kept < m.Count).Select(m => m.Name).ToHashSet();
            var products = result.Kernels.Where(k => pruned.Contains(k.Name))
                .SelectMany(k => (string[])[k.Forward, k.InputGradient]).ToList();
            return products.Count == 0 ? "all" : $"{products.Count(p => p == LayerKernels.Dense)} of {products.Count}";
        }
    }

    /// <summary>Images a second over all epochs but a run's first, which warms up; of a single epoch, that one.</summary>
    public Statistic? TrainingSpeed => Speed(e => e.TrainImagesPerSecond, r => r.TrainImagesPerSecond);

    /// <summary>The same of the evaluations on the test set.</summary>
    public Statistic? TestSpeed => Speed(e => e.EvalImagesPerSecond, r => r.EvalImagesPerSecond);

    /// <summary>Groups in the order in which their first run comes.</summary>
    public static IReadOnlyList<RunGroup> Of(IEnumerable<StoredRun> runs)
    {
        var parts = runs.GroupBy(r => ConfigText.HashWithoutSeed(r.Config)).Select(g => g.ToList()).ToList();
        int common = CommonPrefix([.. parts.Select(p => p[0].Config.Name)]);
        var groups = parts
            .Select((p, i) => new RunGroup(p[0].Config.Name[common..], [.. p.OrderBy(r => r.Config.Seed)], i))
            .ToList();
        if (groups.Count <= MostAtOnce)
            return groups;
        var families = groups.Select(g => g.Family).Distinct().ToList();
        return [.. groups.Select(g => new RunGroup(g.Label, g.Runs, families.IndexOf(g.Family)))];
    }

    /// <summary>
    /// The groups that charts of many lines show: all, or of many groups one per family, at the sparsity
    /// nearest to 90 %.
    /// </summary>
    public static IReadOnlyList<RunGroup> Focus(IReadOnlyList<RunGroup> groups) => groups.Count <= MostAtOnce
        ? groups
        : [.. groups.GroupBy(g => g.Family)
            .Select(family => family.MinBy(g => Math.Abs(g.Sparsity - 0.9))!)
            .Take(MostAtOnce)];

    public Statistic? Of(Func<RunResult, double?> figure) => Statistic.Of(Runs.Select(r => figure(r.Result)));

    /// <summary>Mean and range over seeds of a figure of each epoch, by epoch.</summary>
    public IReadOnlyList<(double X, Statistic Y)> OverEpochs(Func<EpochRecord, double?> figure) =>
        Curve(Runs.SelectMany(r => r.Epochs), e => e.Epoch, figure);

    /// <summary>The same for a figure of one layer's burden.</summary>
    public IReadOnlyList<(double X, Statistic Y)> OverEpochs(
        int layer, BurdenSite site, Func<BurdenRecord, double?> figure) =>
        Curve(
            Runs.SelectMany(r => r.Burden).Where(b => b.Layer == layer && b.Site == site && b.Phase == BurdenPhase.EpochEnd),
            b => b.Epoch,
            figure);

    private Statistic? Speed(Func<EpochRecord, double?> ofEpoch, Func<RunResult, double?> ofRun) =>
        Statistic.Of(Runs.SelectMany(run =>
        {
            var speeds = run.Epochs.Select(ofEpoch).Where(speed => speed is > 0).ToList();
            return speeds.Count == 0 ? [ofRun(run.Result)] : speeds.Skip(speeds.Count > 1 ? 1 : 0);
        }));

    private static List<(double X, Statistic Y)> Curve<T>(
        IEnumerable<T> records, Func<T, int> epoch, Func<T, double?> figure)
    {
        var points = new List<(double, Statistic)>();
        foreach (var at in records.GroupBy(epoch).OrderBy(g => g.Key))
        {
            if (Statistic.Of(at.Select(figure)) is { } y)
                points.Add((at.Key, y));
        }

        return points;
    }

    /// <summary>
    /// Length of the longest common beginning that ends in a dash and leaves every name a rest.
    /// </summary>
    private static int CommonPrefix(IReadOnlyList<string> names)
    {
        if (names.Count < 2)
            return 0;
        int common = 0;
        for (int i = 0; names.All(n => i + 1 < n.Length && n[i] == names[0][i]); i++)
        {
            if (names[0][i] == '-')
                common = i + 1;
        }

        return common;
    }
}
