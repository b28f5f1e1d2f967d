using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>
/// <c>summary.md</c>, for a page beside the data: the verdicts of the main selection, and every arm. Made from
/// <c>study.json</c> alone; the same data give the same bytes.
/// </summary>
public static class StudySummary
{
    public const string FileName = "summary.md";

    public static string Of(StudyData data)
    {
        string plan = data is { Plan: { } p, PlanBroken: null } ? $"plan sha256 {p.Hash}" : "no plan";
        return $"""
            # Study {data.Name}: verdicts and arms

            {data.Runs.Count} of {data.Planned} runs, {plan}. Made by `nb study report`.

            ## Verdicts

            {Verdicts(data)}
            ## Arms

            Means and standard deviations over seeds, at the end of training.

            {MarkdownTable.Of(ArmTable.Columns, ArmTable.Rows(new StudyArms(data.Runs, data.TestImages)))}
            """.ReplaceLineEndings("\n");
    }

    /// <summary>T0 to T8 at the main selection: a Markdown table.</summary>
    public static string Verdicts(StudyData data) => MarkdownTable.Of(
        ["", "Claim", "Verdict", "Figure and interval", "Levels of its ends, %", "Detectable", "Seeds", "Kind"],
        StudyHypotheses.Of(data).Select(outcome => (string?[])
        [
            outcome.Id, outcome.Hypothesis.Statement, $"**{VerdictText.Of(outcome.Verdict)}**", outcome.Figure, Levels(outcome),
            outcome.Judgement.Mean is null ? null : outcome.Detectable, $"{outcome.Judgement.Mean?.Count ?? 0}",
            outcome.Confirmatory ? "confirmatory" : "exploratory",
        ]));

    private static string? Levels(HypothesisOutcome outcome) => outcome.Judgement.Mean is null
        ? null
        : $"{Level(outcome.Judgement.LowLevel)}, {Level(outcome.Judgement.HighLevel)}";

    private static string Level(double level) => ReportText.Percent(level, "0.##");
}
