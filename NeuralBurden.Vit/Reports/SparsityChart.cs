namespace NeuralBurden.Vit.Reports;

/// <summary>
/// Test accuracy against sparsity, one curve per method with and one without merging; seeds as points, means
/// as a line, the dense model as a dashed line. With a single sparsity there is no curve to see, and the
/// groups stand in rows instead.
/// </summary>
internal static class SparsityChart
{
    private const double Width = 1000;
    private const double Height = 400;
    private const double Left = 44;
    private const double Right = 850;
    private const double Top = 36;
    private const double Bottom = 356;
    private const double LabelGap = 15;

    /// <param name="groups">The groups of one data set.</param>
    public static string Draw(IReadOnlyList<RunGroup> groups)
    {
        var pruned = groups.Where(g => !g.IsDense).ToList();
        var sparsities = pruned.Select(g => g.Sparsity).ToList();
        bool isCurve = sparsities.Count > 1 && sparsities.Max() - sparsities.Min() > 0.005;
        return isCurve ? DrawCurves(groups) : DrawRows(groups);
    }

    private static string DrawRows(IReadOnlyList<RunGroup> groups)
    {
        var rows = groups.Select(group =>
        {
            var accuracy = group.Of(r => r.TestAccuracy)!.Value;
            var seeds = group.Runs.Where(_ => accuracy.Count > 1)
                .Select(r => new Dot(group, r.Result.TestAccuracy, false, Tooltip(group, r.Result)));
            var mean = new Dot(group, accuracy.Mean, true, $"{group.Label}: mean of {accuracy.Count}");
            return new DotRow(group.Label, $"label {SvgFigure.Class(group)}", [.. seeds, mean]);
        });
        double? dense = Dense(groups);
        return new DotChart
        {
            Title = "Test accuracy, %",
            Rows = [.. rows],
            Width = 900,
            RowHeight = 32,
            LabelWidth = 190,
            MeanFormat = "0.00",
            Reference = dense is { } value ? (value, "dense") : null,
        }.Draw();
    }

    private static string DrawCurves(IReadOnlyList<RunGroup> groups)
    {
        var figure = new SvgFigure(Width, Height, "Test accuracy against sparsity");
        var results = groups.SelectMany(g => g.Runs).Select(r => r.Result).ToList();
        var y = AxisScale.Linear(results.Select(r => r.TestAccuracy * 100), Bottom, Top, 6);
        var x = AxisScale.Sparsity(groups.Select(g => g.Sparsity), Left + 12, Right - 12);

        figure.Text(0, 13, "Test accuracy, %", "title");
        ChartAxes.Horizontal(figure, y, Left, Right);
        double last = double.NegativeInfinity;
        foreach (double tick in x.Ticks.Where(t => Math.Abs(x[t] - last) > 26 || t == x.Ticks[^1]))
        {
            figure.Text(x[tick], Bottom + 18, ReportText.Percent(tick, "0.#"), "tick", "middle");
            last = x[tick];
        }

        figure.Text(Right, Height - 2, "sparsity, % (even in the density's logarithm)", "tick", "end");
        if (Dense(groups) is { } dense)
            figure.Line(Left, y[dense * 100], Right, y[dense * 100], "reference");

        var curves = groups.GroupBy(g => g.Family)
            .Select(c => c.OrderBy(g => g.Sparsity).ToList())
            .ToList();
        foreach (var curve in curves)
            DrawCurve(figure, curve, x, y);
        var wanted = curves.Select(c => y[c[^1].Of(r => r.TestAccuracy)!.Value.Mean * 100]).ToList();
        double[] heights = LabelColumn.Spread(wanted, LabelGap, Top, Bottom);
        for (int i = 0; i < curves.Count; i++)
        {
            var group = curves[i][0];
            double end = x[curves[i][^1].Sparsity];
            if (group.IsDense)
            {
                figure.Text(Right + 8, wanted[i] + 4, "dense", $"label {SvgFigure.Class(group)}");
                continue;
            }

            figure.Line(end + 8, wanted[i], Right + 4, heights[i], "leader");
            figure.Text(Right + 8, heights[i] + 4, CurveName(group), $"label {SvgFigure.Class(group)}");
        }

        return figure.ToString();
    }

    private static void DrawCurve(SvgFigure figure, List<RunGroup> curve, AxisScale x, AxisScale y)
    {
        var first = curve[0];
        string style = SvgFigure.Class(first) + (first.Merges ? " merged" : "");
        var means = curve.Select(g => (X: x[g.Sparsity], Y: g.Of(r => r.TestAccuracy)!.Value)).ToList();
        if (means.Any(m => m.Y.Count > 1) && means.Count > 1)
        {
            var upper = means.Select(m => (m.X, y[m.Y.Max * 100]));
            var lower = Enumerable.Reverse(means).Select(m => (m.X, y[m.Y.Min * 100]));
            figure.Polygon(upper.Concat(lower), $"band {style}");
        }

        figure.Polyline(means.Select(m => (m.X, y[m.Y.Mean * 100])), $"line {style}");
        foreach (var group in curve)
        {
            foreach (var result in group.Runs.Select(r => r.Result))
            {
                double height = y[result.TestAccuracy * 100];
                figure.Marker(first, x[group.Sparsity], height, 2.5, "seed", Tooltip(group, result));
            }
        }

        foreach (var (at, mean) in means)
            figure.Marker(first, at, y[mean.Mean * 100], 4.5, "mark");
    }

    private static double? Dense(IEnumerable<RunGroup> groups) =>
        groups.FirstOrDefault(g => g is { IsDense: true, Merges: false })?.Of(r => r.TestAccuracy)?.Mean;

    private static string CurveName(RunGroup group) =>
        group.Config.Pruning.Method + (group.Merges ? " + merging" : "");

    private static string Tooltip(RunGroup group, Runs.RunResult result) =>
        $"{group.Label}, seed {result.Seed}: {ReportText.Percent(result.TestAccuracy, "0.00")} % "
        + $"at {ReportText.Percent(result.Sparsity)} % sparsity";
}
