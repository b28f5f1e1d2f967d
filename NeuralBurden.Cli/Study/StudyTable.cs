using NeuralBurden.Vit.Study;
using Spectre.Console;

namespace NeuralBurden.Cli.Study;

/// <summary>The verdicts in the terminal.</summary>
internal static class StudyTable
{
    public static void Write(Shell shell, IReadOnlyList<TestOutcome> outcomes)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("Test")
            .AddColumn("Hypothesis")
            .AddColumn("Verdict")
            .AddColumn("Effect with 95 % interval");
        foreach (var outcome in outcomes)
        {
            table.AddRow(
                outcome.Id,
                Markup.Escape(outcome.Hypothesis),
                Markup.Escape(outcome.VerdictText),
                Markup.Escape(outcome.Effects.Count == 0 ? "-" : outcome.Effects[0].ToString()));
        }

        shell.Console.Write(table);
    }
}
