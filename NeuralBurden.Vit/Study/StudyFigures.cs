using System.Globalization;
using System.Text;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>The plots of a study's report.</summary>
internal static class StudyFigures
{
    private const string P50 = StudyMeasures.Median, P95 = StudyMeasures.P95;

    public static string Accuracy(StudyIndex study)
    {
        var curves = StudyCurves.Of(study, r => r.Accuracy);
        return Legend(curves) + Figure(new StudyChart
        {
            Title = "Test accuracy, %",
            Series = curves,
            Scale = 100,
            Width = 900,
            Height = 380,
        }.Draw());
    }

    public static string Burden(StudyIndex study)
    {
        (string Title, Func<StudyRun, double?> Figure, bool Law)[] panels =
        [
            ("U: median load per synapse, over dense", r => study.TwinRatio(r, StudyMeasures.SynapseLoad + P50), true),
            ("K: p95 of contribution per unit, over dense", r => study.TwinRatio(r, StudyMeasures.Contribution + P95), true),
            ("B: burden, \u03b5 + max(0, c \u2212 1)", r => Own(study, r, StudyMeasures.Burden), false),
            ("\u03b5: signal error", r => Own(study, r, StudyMeasures.SignalError), false),
            ("c: rate cost over the reference", r => Own(study, r, StudyMeasures.RateCostRatio), false),
            ("\u03b5_opt: best achievable error", r => Own(study, r, StudyMeasures.BestError), false),
            ("n: share of units past the boundary", r => Own(study, r, StudyMeasures.PastBoundaryShare), false),
        ];
        var drawn = panels.Select(p => new StudyChart
        {
            Title = p.Title,
            Series = StudyCurves.Of(study, p.Figure),
            Logarithmic = p.Law,
            Law = p.Law,
            // Enough of the law to see where the curves leave it.
            Cover = p.Law ? [1, 4] : [0],
        }.Draw()).Where(svg => svg != "").ToList();
        return drawn.Count == 0 ? "" : Legend(StudyCurves.Of(study, r => r.Accuracy)) + Figure([.. drawn]);
    }

    /// <summary>What silencing the most burdened units costs more than silencing random ones, against sparsity.</summary>
    public static string Silencing(StudyIndex study)
    {
        var curves = StudyCurves.Of(study, r => r.Silencing?.Gap, dense: false).Where(c => c.Points.Count > 0).ToList();
        return curves.Count == 0 ? "" : Legend(curves) + Figure(new StudyChart
        {
            Title = "Gap of accuracy, points",
            Series = curves,
            Scale = 100,
            Cover = [0],
            Width = 560,
        }.Draw());
    }

    /// <summary>The gain of merging against the share of tokens merged, a panel per sparsity.</summary>
    public static string Merging(StudyIndex study)
    {
        var merged = study.Of(StudyRole.Merged).Where(r => r.R.EndsWith('%')).ToList();
        var panels = new List<string>();
        double[] cover = [0, .. merged.Select(r => r.Accuracy - study.Unmerged(r)?.Accuracy).OfType<double>()];
        var names = new List<StudySeries>();
        foreach (double s in merged.Select(r => r.Sparsity).Distinct().Order())
        {
            var series = study.Methods.Prepend("dense")
                .Select((m, i) => new StudySeries(m, i, false, Gains(study, merged.Where(r => r.Method == m && r.Sparsity == s))))
                .Where(c => c.Points.Count > 0)
                .ToList();
            names.AddRange(series.Where(c => names.TrueForAll(n => n.Name != c.Name)));
            panels.Add(new StudyChart
            {
                Title = s == 0 ? "Dense network" : $"{ReportText.Number(s * 100, "0.#")} % sparsity",
                Series = series,
                Scale = 100,
                Width = 300,
                Height = 210,
                Cover = cover,
                SparsityAxis = false,
                XName = "tokens merged, %",
            }.Draw());
        }

        return panels.Count == 0 ? "" : Legend(names) + Figure([.. panels]);
    }

    public static string Heat(StudyIndex study)
    {
        (string Title, string Format, Func<StudyRun, int, double?> Value)[] maps =
        [
            ("U, median over dense", "0.00", (r, l) => Twin(study, r, l, StudyMeasures.SynapseLoad + P50)),
            ("K, p95 over dense", "0.00", (r, l) => Twin(study, r, l, StudyMeasures.Contribution + P95)),
            ("\u03b5", "0.00", (r, l) => At(study, r, l, StudyMeasures.SignalError)),
            ("\u03b5_opt", "0.00", (r, l) => At(study, r, l, StudyMeasures.BestError)),
        ];
        var html = new StringBuilder();
        foreach (var (title, format, value) in maps)
        {
            var grids = study.Methods.Select(m => (Method: m, Rows: Grid(study, m, value))).ToList();
            double[] all = [.. grids.SelectMany(g => g.Rows).SelectMany(r => r).Where(double.IsFinite)];
            if (all.Length == 0) continue;
            html.Append(Figure([.. grids.Where(g => g.Rows.Any(r => r.Any(double.IsFinite))).Select(g => new HeatMap
            {
                Title = $"{title}: {g.Method}",
                Sparsities = study.Sparsities,
                Rows = g.Rows,
                Range = (all.Min(), all.Max()),
                Format = format,
            }.Draw())]));
        }

        return html.ToString();
    }

    public static string Loads(StudyIndex study)
    {
        var panels = study.Methods.Select((m, i) => (Method: m, Points: Quantiles(study, m), Colour: i + 1))
            .Where(p => p.Points.Count > 0).ToList();
        double[] cover = [.. panels.SelectMany(p => p.Points).SelectMany(p => new[] { p.P50, p.Max })];
        return panels.Count == 0 ? "" : Figure([.. panels.Select(p => new LoadDistribution
        {
            Title = $"Relative load of units: {p.Method}",
            Colour = p.Colour,
            Points = p.Points,
            Cover = cover,
        }.Draw())]);
    }

    // Against the run's own reference. A small dense network is its own: its errors are 0 and say nothing.
    private static double? Own(StudyIndex study, StudyRun run, string measure) =>
        run.Role == StudyRole.SmallDense ? null : study.Mean(run, measure);

    private static string Figure(params IEnumerable<string> charts) =>
        $"<figure class=\"multiples\">{string.Concat(charts)}</figure>\n";

    private static string Legend(IEnumerable<StudySeries> curves)
    {
        var html = new StringBuilder("<p class=\"legend\">");
        foreach (var curve in curves)
        {
            html.Append("<span class=\"").Append(SvgFigure.Class(curve.Colour)).Append("\"><i class=\"key\"></i>")
                .Append(ReportText.Escape(curve.Name)).Append(curve.Control ? " (control, dashed)" : "").Append("</span>");
        }

        return html.Append("</p>\n").ToString();
    }

    private static List<(double X, Statistic Y)> Gains(StudyIndex study, IEnumerable<StudyRun> runs)
    {
        var points = new List<(double, Statistic)>();
        foreach (var at in runs.GroupBy(r => double.Parse(r.R[..^1], CultureInfo.InvariantCulture) / 100).OrderBy(g => g.Key))
        {
            if (Statistic.Of(at.Select(r => r.Accuracy - study.Unmerged(r)?.Accuracy)) is { } y) points.Add((at.Key, y));
        }

        return points;
    }

    private static List<double[]> Grid(StudyIndex study, string method, Func<StudyRun, int, double?> value) =>
        [.. Enumerable.Range(0, study.Data.Depth).Select(layer => study.Sparsities.Select(s => Statistic.Of(study.Seeds
            .Select(seed => study.Find(StudyRole.Pruned, method, s, seed) is { } run ? value(run, layer) : null))?.Mean
            ?? double.NaN).ToArray())];

    private static double? Twin(StudyIndex study, StudyRun run, int layer, string measure) =>
        study.LogRatio(run, study.Dense(run.Seed), measure, (own, _) => own.Layer == layer) is { } log ? Math.Exp(log) : null;

    private static double? At(StudyIndex study, StudyRun run, int layer, string measure) =>
        study.End(run).FirstOrDefault(l => l.Layer == layer)?.Values.TryGetValue(measure, out double value) == true
            ? value
            : null;

    private static List<(double S, double P50, double P95, double P99, double Max)> Quantiles(StudyIndex study, string method)
    {
        const string Q = "relative_load";
        var points = new List<(double, double, double, double, double)>();
        foreach (double s in study.Sparsities.Prepend(0))
        {
            var runs = study.Seeds.Select(seed => s > 0 ? study.Find(StudyRole.Pruned, method, s, seed) : study.Dense(seed))
                .OfType<StudyRun>().ToList();
            double?[] values = [.. new[] { P50, P95, StudyMeasures.P99, StudyMeasures.Most }
                .Select(q => Statistic.Of(runs.Select(r => study.Mean(r, Q + q)))?.Mean)];
            if (values is [{ } p50, { } p95, { } p99, { } max] && p50 > 0) points.Add((s, p50, p95, p99, max));
        }

        return points;
    }
}
