using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>The curves over sparsity that the figures of a study show: every method, and the controls beside them.</summary>
internal static class StudyCurves
{
    /// <summary>A figure of the unmerged runs against sparsity; methods first, then controls.</summary>
    /// <param name="figure">Of one run; null where it does not exist.</param>
    /// <param name="dense">Whether the dense network starts every method's curve, at 0.</param>
    public static IReadOnlyList<StudySeries> Of(StudyIndex study, Func<StudyRun, double?> figure, bool dense = true)
    {
        var curves = new List<StudySeries>();
        foreach (string method in study.Methods)
            Add(method, false, study.Of(StudyRole.Pruned).Where(r => r.Method == method), dense);
        Add("small dense", true, study.Of(StudyRole.SmallDense), false);
        foreach (string method in study.Of(StudyRole.Frozen).Select(r => r.Method).Distinct())
            Add(method, true, study.Of(StudyRole.Frozen).Where(r => r.Method == method), false);
        foreach (string method in study.Of(StudyRole.GammaZero).Select(r => r.Method).Distinct())
            Add($"{method}, \u03b3 = 0", true, study.Of(StudyRole.GammaZero).Where(r => r.Method == method), false);
        return curves;

        void Add(string name, bool control, IEnumerable<StudyRun> runs, bool fromDense)
        {
            var all = runs.ToList();
            if (all.Count == 0) return;
            if (fromDense) all.AddRange(study.Of(StudyRole.Dense));
            var points = new List<(double, Statistic)>();
            foreach (var at in all.GroupBy(r => r.Sparsity).OrderBy(g => g.Key))
            {
                if (Statistic.Of(at.Select(figure)) is { } y) points.Add((at.Key, y));
            }

            // The dense network alone is no curve of this method; the colour stays its own in every figure.
            if (fromDense && points is [(0, _)]) points.Clear();
            // Colour 0 is the neutral one, kept for the dense network.
            curves.Add(new StudySeries(name, curves.Count + 1, control, points));
        }
    }
}
