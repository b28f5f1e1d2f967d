using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>Every arm of a study: its accuracy and main measures at the end, means and spreads over seeds.</summary>
internal static class ArmTable
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "Arm", "Epochs", "Seeds", "Accuracy, %", "Validation, %", "K^", "K*", "U*", "Alive, %", "\u03b5", "Cost", "E(1)",
        "E*(0)", "KL", "Returned, %",
    ];

    public static string Html(StudyArms arms) =>
        HtmlPage.Table([.. Columns], Rows(arms).Select(row => (string[])[ReportText.Escape(row[0]), .. row[1..]]));

    /// <summary>A cell a column, as plain text.</summary>
    public static IEnumerable<string[]> Rows(StudyArms arms) => arms.All.Select(arm =>
    {
        var runs = arms.Runs(arm).Values.ToList();
        string Cell(Func<StudyRun, double?> figure, string format, double scale = 1) =>
            ReportText.MeanSpread(Statistic.Of(runs.Select(figure)), format, scale);
        string Measure(string key, string format, double scale = 1) => Cell(RunFigures.Measure(key), format, scale);
        string Factor(string key) => Cell(r => StudyCurves.Exp(RunFigures.Measure(key)(r)), "0.00");
        return (string[])
        [
            arm.Name, $"{arm.Epochs}", $"{runs.Count}", Cell(r => r.Accuracy, "0.00", 100),
            Cell(r => r.ValidationAccuracy, "0.00", 100), Factor(LoadMeasures.LogKTwin), Factor(LoadMeasures.LogKShot),
            Factor(LoadMeasures.LogUShot), Measure(LoadMeasures.AliveShare, "0", 100), Measure(LoadMeasures.EpsTwin, "0.000"),
            Measure(LoadMeasures.Cost, "0.00"), Measure(LoadMeasures.Burden(1), "0.00"),
            Measure(LoadMeasures.Best(0), "0.000"),
            Cell(r => RunFigures.End(r)?.OutputKl, "0.000"), Cell(r => r.ReturnRate, "0.0", 100),
        ];
    });
}
