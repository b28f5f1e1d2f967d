using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;
using Spectre.Console;

namespace NeuralBurden.Cli.Study;

/// <summary>The verdicts in the terminal.</summary>
internal static class VerdictLines
{
    public static void Write(Shell shell, StudyData data)
    {
        var outcomes = StudyHypotheses.Of(data);
        if (outcomes.Count == 0) return;
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("Test")
            .AddColumn("Hypothesis")
            .AddColumn("Verdict")
            .AddColumn("Primary statistic, corrected interval");
        foreach (var outcome in outcomes)
        {
            table.AddRow(
                outcome.Id,
                Markup.Escape(outcome.Hypothesis.Statement),
                Markup.Escape(VerdictText.Of(outcome.Verdict) + (outcome.Confirmatory ? "" : ", exploratory")),
                Markup.Escape(outcome.Figure));
        }

        shell.Console.Write(table);
    }
}
