using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>The plots of a study's report.</summary>
internal sealed class StudyFigures(StudyArms arms, StudySelection main)
{
    private readonly StudyCurves _curves = new(arms, main);

    /// <summary>Accuracy, load, units alive and signal error over training length.</summary>
    public string Lengths() => Panels(StudyAxisKind.Length, _curves.OverLength);

    /// <summary>The same over sparsity.</summary>
    public string Sparsities() => Panels(StudyAxisKind.Sparsity, _curves.OverSparsity);

    /// <summary>What layer and amount of the merge do: to load, and to accuracy of the pruned and of the dense network.</summary>
    public string Merges()
    {
        var merged = arms.All.Where(a => a.Merge == TokensConfig.SinglePass && a.IsStandard
            && (a.Unmerged.Equals(main.Pruned) || a.Unmerged.Equals(main.Dense))
            && a.MergeFactors.All(f => StudyFactors.Always.Contains(f.Key) || IsForced(a, f.Key))).ToList();
        string[] amounts = [.. merged.Select(a => a.MergeFactors[StudyFactors.R]).Distinct().OrderBy(Amount)];
        string[] layers = [.. merged.Select(a => a.MergeFactors[StudyFactors.Layer]).Distinct().Order(StringComparer.Ordinal)];
        if (amounts.Length * layers.Length < 2) return "";
        double?[][] Grid(StudyArm of, Func<StudyRun, double?> figure) => [.. layers.Select(layer => amounts.Select(r =>
            merged.Find(a => a.Unmerged.Equals(of)
                && a.MergeFactors[StudyFactors.R] == r && a.MergeFactors[StudyFactors.Layer] == layer)
                is { } arm ? arms.Difference(arm, of, figure)?.Mean : null).ToArray())];
        HeatMap Map(string title, double?[][] values, double most, FigureUnit unit) => new()
        {
            Title = title,
            Columns = amounts,
            Rows = [.. layers.Select(l => l == "0" ? "before block 1" : $"layer {l}")],
            Values = [.. values.Select(row => row.Select(v => v ?? double.NaN).ToArray())],
            Range = (0, most),
            Text = v => FigureText.Bare(unit, v),
            XName = "tokens merged",
        };
        string pruned = ReportText.Percent(main.Sparsity, "0.##");
        double?[][] load = Grid(main.Pruned, RunFigures.Measure(LoadMeasures.LogKTwin));
        double?[][] own = Grid(main.Pruned, RunFigures.Accuracy);
        double?[][] dense = Grid(main.Dense, RunFigures.Accuracy);
        double?[][] chosen = Grid(main.Pruned, run => run.ValidationAccuracy);
        double most = own.Concat(dense).Concat(chosen).SelectMany(r => r).OfType<double>().Select(Math.Abs).Append(0.01).Max();
        double mostLoad = load.SelectMany(r => r).OfType<double>().Select(Math.Abs).Append(0.1).Max();
        (double?[][] Values, string Svg)[] maps =
        [
            (load, Map($"K^ with over without, {main.Method} {pruned} %", load, mostLoad, FigureUnit.Factor).Draw()),
            (own, Map($"Accuracy gained, {main.Method} {pruned} %, points", own, most, FigureUnit.Points).Draw()),
            (dense, Map("Accuracy gained, dense, points", dense, most, FigureUnit.Points).Draw()),
            (chosen, Map($"The same on validation images, {main.Method} {pruned} %", chosen, most, FigureUnit.Points).Draw()),
        ];
        return HtmlPage.Figure(maps.Where(m => m.Values.Any(r => r.Any(v => v is not null))).Select(m => m.Svg));
    }

    /// <summary>K^ of each block over sparsity, of every method.</summary>
    public string Blocks()
    {
        double[] sparsities = [.. arms.All.Where(a => a is { IsDense: false, IsStandard: true, Merges: false }
            && a.Epochs == main.Epochs && _curves.Methods.Contains(a.Method)).Select(a => a.Sparsity).Distinct().Order()];
        var maps = new List<(string Method, double[][] Values)>();
        foreach (string method in _curves.Methods)
        {
            var runs = sparsities.Select(s => arms.Runs(StudyArm.Of(method, s, main.Epochs)).Values.ToList()).ToList();
            int depth = runs.SelectMany(r => r).Select(r => RunFigures.End(r)?.Blocks.Select(b => b.Block + 1)
                .DefaultIfEmpty().Max() ?? 0).DefaultIfEmpty().Max();
            double[][] values = [.. Enumerable.Range(0, depth).Select(block => runs.Select(at =>
                Statistic.Of(at.Select(r => Block(r, block)))?.Mean ?? double.NaN).ToArray())];
            if (values.Any(v => v.Any(double.IsFinite))) maps.Add((method, values));
        }

        double most = maps.SelectMany(m => m.Values).SelectMany(v => v).Where(double.IsFinite).Select(Math.Abs).Append(0.1).Max();
        return maps.Count == 0 ? "" : HtmlPage.Figure(maps.Select(m => new HeatMap
        {
            Title = $"K^ by block, {m.Method}",
            Columns = [.. sparsities.Select(s => ReportText.Percent(s, "0.##") + " %")],
            Rows = [.. Enumerable.Range(1, m.Values.Length).Select(b => $"block {b}")],
            Values = m.Values,
            Range = (0, most),
            Text = v => FigureText.Bare(FigureUnit.Factor, v),
            XName = "sparsity",
        }.Draw()));
    }

    /// <summary>The course of the load after a cut at once, T2.</summary>
    public string Courses()
    {
        var cut = arms.All.Where(a => a is { Method: "oneshot", Merges: false } && a.Epochs == main.Epochs
            && arms.Runs(a).Values.Any(r => r.Loads.Count > 2)).OrderBy(a => a.Sparsity).ToList();
        var series = cut.Select((arm, i) => new StudySeries(
            $"{ReportText.Percent(arm.Sparsity, "0.##")} %", i, false, Course(arm))).Where(s => s.Points.Count > 1).ToList();
        return series.Count == 0 ? "" : Legend(series) + HtmlPage.Figure([new StudyChart
        {
            Title = "K^ of one-shot pruning over training",
            Series = series,
            X = StudyAxisKind.Training,
            Logarithmic = true,
            Level = 1,
            Width = 620,
        }.Draw()]);
    }

    /// <summary>Accuracy and best achievable error over the sparsities of whole units, T3.</summary>
    public string Boundary()
    {
        var curve = arms.All.Where(a => a is { Method: "mlp-units", Merges: false } && a.Epochs == main.Epochs)
            .GroupBy(a => a.At(0)).MaxBy(g => g.Count())?.OrderBy(a => a.Sparsity).ToList() ?? [];
        if (curve.Count < 3) return "";
        string Panel(string title, double scale, Func<StudyRun, double?> figure)
        {
            var points = curve.Select(a => (a.Sparsity, Y: Statistic.Of(arms.Runs(a).Values.Select(figure))))
                .Where(p => p.Y is not null).Select(p => (p.Sparsity, p.Y!.Value)).ToList();
            return new StudyChart
            {
                Title = title,
                Scale = scale,
                X = StudyAxisKind.EvenSparsity,
                Series = [new StudySeries("mlp-units", 2, false, points)],
            }.Draw();
        }

        return HtmlPage.Figure(
        [
            Panel("Test accuracy, %", 100, RunFigures.Accuracy),
            Panel("Best achievable error E*(0)", 1, RunFigures.Measure(LoadMeasures.Best(0))),
            Panel("Span limit", 1, RunFigures.Measure(LoadMeasures.SpanLimit)),
        ]);
    }

    private string Panels(
        StudyAxisKind axis, Func<Func<StudyRun, double?>, Func<StudyRun, double?>?, IReadOnlyList<StudySeries>> curves)
    {
        var accuracy = curves(RunFigures.Accuracy, null);
        // One x is no curve.
        var xs = accuracy.SelectMany(s => s.Points).Select(p => p.X).Where(x => axis == StudyAxisKind.Length || x > 0);
        if (xs.Distinct().Count() < 2) return "";
        var load = curves(StudyCurves.Load, StudyCurves.ShotLoad);
        var alive = curves(RunFigures.Measure(LoadMeasures.AliveShare), RunFigures.Measure(LoadMeasures.AliveShareShot));
        var error = curves(RunFigures.Measure(LoadMeasures.EpsTwin), null);
        string[] charts =
        [
            new StudyChart
            {
                Title = "Test accuracy, %", Series = accuracy, X = axis, Scale = 100, Width = 460, Height = 300,
            }.Draw(),
            new StudyChart
            {
                Title = "K^: load of the p95 unit, over the dense twin", Series = load, X = axis, Logarithmic = true, Level = 1,
                Width = 460, Height = 300,
            }.Draw(),
            new StudyChart { Title = "Units alive, %", Series = alive, X = axis, Scale = 100, Width = 460 }.Draw(),
            new StudyChart { Title = "\u03b5: share of the twin's signal lost", Series = error, X = axis, Width = 460 }.Draw(),
        ];
        return Legend(accuracy.Concat(load)) + HtmlPage.Figure(charts.Where(c => c != ""));
    }

    private List<(double, Statistic)> Course(StudyArm arm)
    {
        var runs = arms.Runs(arm).Values;
        var points = new List<(double, Statistic)>();
        foreach (var at in runs.SelectMany(r => r.Loads).GroupBy(l => l.Step).OrderBy(g => g.Key))
        {
            if (Statistic.Of(at.Select(l => StudyCurves.Exp(RunFigures.Value(l, LoadMeasures.LogKTwin)))) is { } y)
                points.Add((at.First().Share, y));
        }

        return points;
    }

    private static double? Block(StudyRun run, int block) =>
        RunFigures.End(run)?.Blocks.FirstOrDefault(b => b.Block == block && b.Site == BlockLoads.Mlp) is { } loads
        && loads.Values.TryGetValue(LoadMeasures.LogKTwin, out double value) ? value : null;

    // Before the first block there are no keys to match by.
    private static bool IsForced(StudyArm arm, string key) =>
        key == "tokens.metric" && arm.MergeFactors[StudyFactors.Layer] == "0";

    private static double Amount(string r) => double.TryParse(
        r.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture, out double amount) ? amount : 0;

    private static string Legend(IEnumerable<StudySeries> curves) => HtmlPage.Legend(curves.DistinctBy(c => c.Name).Select(
        c => $"<span class=\"{SvgFigure.Class(c.Colour)}\"><i class=\"key\"></i>{ReportText.Escape(c.Name)}"
            + $"{(c.IsNull ? " (null, dashed)" : "")}</span>"));
}
