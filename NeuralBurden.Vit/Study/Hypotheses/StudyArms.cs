using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>Runs by arm and seed, and what two arms differ in, seed by seed.</summary>
public sealed class StudyArms
{
    private readonly Dictionary<StudyArm, SortedDictionary<int, StudyRun>> _runs = [];
    private readonly List<StudyArm> _arms = [];

    /// <param name="testImages">Images that accuracies are taken on.</param>
    public StudyArms(IEnumerable<StudyRun> runs, int testImages)
    {
        TestImages = testImages;
        foreach (var run in runs)
        {
            var arm = StudyArm.Of(run);
            if (!_runs.TryGetValue(arm, out var bySeed))
            {
                _runs[arm] = bySeed = [];
                _arms.Add(arm);
            }

            // Runs that differ in what is measured alone: the one that measured more.
            if (!bySeed.TryGetValue(run.Seed, out var known) || known.Loads.Count < run.Loads.Count) bySeed[run.Seed] = run;
        }
    }

    /// <summary>Images that accuracies are taken on.</summary>
    public int TestImages { get; }

    /// <summary>In the order of the study.</summary>
    public IReadOnlyList<StudyArm> All => _arms;

    /// <summary>By seed; empty for an arm that the study lacks.</summary>
    public IReadOnlyDictionary<int, StudyRun> Runs(StudyArm arm) =>
        _runs.TryGetValue(arm, out var runs) ? runs : new SortedDictionary<int, StudyRun>();

    public bool Has(StudyArm arm) => _runs.ContainsKey(arm);

    /// <summary>A figure of each seed of an arm that has it.</summary>
    public IReadOnlyList<(int Seed, double Value)> Values(StudyArm arm, Func<StudyRun, double?> figure) =>
        Values([arm], runs => figure(runs[0]));

    /// <summary>A figure of the first arm less that of the second, of each seed that both have.</summary>
    public IReadOnlyList<(int Seed, double Value)> Differences(StudyArm arm, StudyArm other, Func<StudyRun, double?> figure) =>
        Values([arm, other], runs => figure(runs[0]) - figure(runs[1]));

    /// <summary>A figure of several arms' runs of one seed, of each seed that all of them have.</summary>
    /// <param name="figure">Of the runs in the order of the arms; null or NaN where it does not exist.</param>
    public IReadOnlyList<(int Seed, double Value)> Values(
        IReadOnlyList<StudyArm> arms, Func<IReadOnlyList<StudyRun>, double?> figure)
    {
        var values = new List<(int, double)>();
        foreach (int seed in Runs(arms[0]).Keys)
        {
            StudyRun[] runs = [.. arms.Select(a => Runs(a).GetValueOrDefault(seed)).OfType<StudyRun>()];
            if (runs.Length == arms.Count && figure(runs) is { } value && double.IsFinite(value)) values.Add((seed, value));
        }

        return values;
    }

    public SeedMean? Mean(StudyArm arm, Func<StudyRun, double?> figure) => MeanOf(Values(arm, figure));

    public SeedMean? Difference(StudyArm arm, StudyArm other, Func<StudyRun, double?> figure) =>
        MeanOf(Differences(arm, other, figure));

    /// <summary>
    /// The arm of the highest mean accuracy on validation images over its seeds; where not all have any, on test images.
    /// </summary>
    public (StudyArm Arm, bool ByValidation)? Strongest(IEnumerable<StudyArm> arms)
    {
        var there = arms.Where(Has).ToList();
        if (there.Count == 0) return null;
        bool validated = there.TrueForAll(a => Runs(a).Values.All(r => r.ValidationAccuracy is not null));
        return (there.MaxBy(a => Runs(a).Values.Average(r => validated ? r.ValidationAccuracy!.Value : r.Accuracy))!, validated);
    }

    private static SeedMean? MeanOf(IReadOnlyList<(int Seed, double Value)> values) =>
        SeedMean.Of(values.Select(v => (double?)v.Value));
}
