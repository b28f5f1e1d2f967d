using System.Text;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>The top of the report, for a reader who did not run the study: five questions with their answers.</summary>
internal sealed class StudyAnswers(
    StudyArms arms, StudySelection main, IReadOnlyList<HypothesisOutcome> outcomes, IReadOnlyList<HypothesisOutcome> elsewhere)
{
    public string Write()
    {
        var html = new StringBuilder("<div class=\"answers\">\n");
        Answer(html, "Does burden exist, when, and how much?", "T1", Burden);
        Answer(html, "Does compression relieve load?", "T4a", Relief);
        Answer(html, "Does compression recover accuracy?", "T5", Recovery);
        Answer(html, "Is matching similar tokens what does it?", "T4b", Matching);
        Answer(html, "Which methods, and does the remedy as a whole help?", "T0", Methods);
        return html.Append("</div>\n").ToString();
    }

    private string Length => SideFigures.After(main.Epochs);

    private string Sparsity => ReportText.Percent(main.Sparsity, "0.##") + " %";

    private void Answer(
        StringBuilder html, string question, string id,
        Func<HypothesisOutcome, (string Sentence, IEnumerable<string> Points)> tell)
    {
        var outcome = Of(id);
        var (sentence, points) = tell(outcome);
        string word = outcome.Verdict switch
        {
            Verdict.Supported => "Yes.",
            Verdict.Refuted => "No.",
            Verdict.Undecided => "Open.",
            _ => "Not measured.",
        };
        html.Append($"<div class=\"answer {HypothesisTable.Style(outcome.Verdict)}\">\n<h3>{Escape(question)}</h3>\n")
            .Append($"<p class=\"headline\"><b>{word}</b>{Escape(sentence)}</p>\n")
            .Append($"<p class=\"note\">{HypothesisTable.Badge(outcome)} {Escape(Basis(outcome))}</p>\n<ul>\n");
        foreach (string point in points) html.Append("<li>").Append(Escape(point)).Append("</li>\n");
        html.Append("</ul>\n</div>\n");
    }

    // What the answer rests on: statistic, seeds, length, and what would have been seen.
    private string Basis(HypothesisOutcome outcome) => outcome.Judgement.Mean is { } mean
        ? $"{outcome.Id}: {outcome.Figure}, {ReportText.Count(mean.Count, "seed")}, {Length} at {Sparsity}. {outcome.Reason} "
            + (outcome.Verdict == Verdict.Undecided ? "" : $"Detectable: {outcome.Detectable}.")
        : $"{outcome.Id}: {outcome.Reason}";

    private (string, IEnumerable<string>) Burden(HypothesisOutcome outcome) => (
        outcome.Judgement.Mean is { } mean
            ? $"After {ReportText.Count(main.Epochs, "epoch")}, the most loaded units of {main.Method} at {Sparsity} carry "
                + $"{FigureText.Of(FigureUnit.Factor, mean.Mean)} what those of the healthy twin carry."
            : "No load was measured against a twin.",
        [
            .. Beside(outcome, "K^ of selection alone (the one-shot null)", "K*: over selection alone", "units alive"),
            .. Series("When, over training length", At(o => o.At.Method == main.Method && o.At.Sparsity == main.Sparsity),
                o => o.At.Epochs, o => ReportText.Count(o.At.Epochs, "epoch")),
            .. Series($"How much, over sparsity {Length}", At(o => o.At.Method == main.Method && o.At.Epochs == main.Epochs),
                o => o.At.Sparsity, o => ReportText.Percent(o.At.Sparsity, "0.##") + " %"),
            Line("T2", "Learned after a cut at once"),
            Line("T8", "Most loaded units matter more than in the twin"),
            Line("T7", "Predicts the loss"),
        ]);

    private (string, IEnumerable<string>) Relief(HypothesisOutcome outcome) => (
        outcome.Judgement.Mean is { } mean
            ? $"Without the merge, the load K^ is {FigureText.Of(FigureUnit.Factor, mean.Mean)} that with it ({Merge})."
            : "No load was measured with and without the merge.",
        Beside(
            outcome, "relief of K*", "relief of U*", "relief of the signal error",
            "relief of the load per image (falls by itself)", "relief of K^ in the dense network"));

    private (string, IEnumerable<string>) Recovery(HypothesisOutcome outcome) => (
        outcome.Judgement.Mean is { } mean
            ? $"The merge changes the accuracy of {main.Method} at {Sparsity} by {FigureText.Of(FigureUnit.Points, mean.Mean)} "
                + "more than that of the dense network."
            : "No accuracy was measured with and without the merge in both networks.",
        Beside(
            outcome, SideFigures.OverImagesName, "gain in the pruned network", "gain in the dense network",
            "share of the pruning loss that the merge gives back", "what pruning loses to dense"));

    private (string, IEnumerable<string>) Matching(HypothesisOutcome outcome) => (
        outcome.Judgement.Mean is { } mean
            ? $"With random pairs in place of matched ones, K^ is {FigureText.Of(FigureUnit.Factor, mean.Mean)} as large."
            : "Matched and random pairs were not both measured.",
        Beside(
            outcome, "accuracy, matched less random pairs", "relief by random pairs", "K^, avgpool2x2 less matched",
            "K^, norm-preserving less matched"));

    private (string, IEnumerable<string>) Methods(HypothesisOutcome outcome) => (
        outcome.Judgement.Mean is { } mean
            ? $"{main.Method} with the merge reaches {FigureText.Of(FigureUnit.Points, mean.Mean)} against {main.Plain}, "
                + "the best plain method."
            : "The remedy was not measured beside a plain method.",
        [
            .. Beside(outcome, SideFigures.OverImagesName, $"share of {main.Plain}'s loss that the remedy gives back",
                $"{main.Method} alone less {main.Plain}", $"remedy less {main.Plain} with the same merge"),
            Line("T6", "Re-activation helps"),
            .. new StudyCurves(arms, main).Methods.Prepend(StudyGrid.Dense).Select(OfMethod).OfType<string>(),
        ]);

    private string Merge => main.Remedy is { } remedy ? ReliefHypothesis.Merge(remedy) : "none";

    private string? OfMethod(string method)
    {
        var arm = StudyArm.Of(method, main.Sparsity, main.Epochs);
        if (arms.Mean(arm, RunFigures.Accuracy) is not { } accuracy) return null;
        string text = $"{arm.Name}: accuracy {ReportText.Percent(accuracy.Mean, "0.00")} %";
        if (main.Merge is { } merge && arms.Difference(arm.Merged(merge), arm, RunFigures.Accuracy) is { } gain)
            text += $", {FigureText.Of(FigureUnit.Points, gain.Mean, gain.Interval(0.95))} with the merge";
        if (arms.Mean(arm, RunFigures.Measure(LoadMeasures.LogKTwin)) is { } load && !arm.IsDense)
            text += $"; K^ {FigureText.Of(FigureUnit.Factor, load.Mean, load.Interval(0.95))}";
        if (arms.Mean(arm, RunFigures.Measure(LoadMeasures.AliveShare)) is { } alive)
            text += $"; {ReportText.Percent(alive.Mean, "0")} % of units alive";
        return $"{text} ({ReportText.Count(accuracy.Count, "seed")})";
    }

    private HypothesisOutcome Of(string id) => outcomes.First(o => o.Id == id);

    private string Line(string id, string what)
    {
        var outcome = Of(id);
        string figure = outcome.Judgement.Mean is null ? "" : $", {outcome.Figure}";
        return $"{id}, {what.ToLowerInvariant()}: {VerdictText.Of(outcome.Verdict)}{figure}"
            + $" ({(outcome.Confirmatory ? "confirmatory" : "exploratory")})";
    }

    private static IEnumerable<string> Beside(HypothesisOutcome outcome, params IReadOnlyList<string> names) =>
        names.Select(name => outcome.Finding.Beside.FirstOrDefault(b => b.Name == name)).OfType<SideFigure>()
            .Select(b => b.ToString());

    private IEnumerable<HypothesisOutcome> At(Func<HypothesisOutcome, bool> where) =>
        elsewhere.Where(o => o.Id == "T1" && where(o)).Append(Of("T1")).Where(o => o.Judgement.Mean is not null);

    private static IEnumerable<string> Series(
        string name, IEnumerable<HypothesisOutcome> of, Func<HypothesisOutcome, double> order, Func<HypothesisOutcome, string> at)
    {
        var all = of.OrderBy(order).ToList();
        if (all.Count > 1) yield return $"{name}: {string.Join("; ", all.Select(o => $"{at(o)} {o.Figure}"))}{Kinds(all)}.";
    }

    private static string Kinds(IReadOnlyList<HypothesisOutcome> all) => all.All(o => !o.Confirmatory) ? " (exploratory)"
        : $" (exploratory but for {string.Join(", ", all.Where(o => o.Confirmatory).Select(o => o.Figure))})";

    private static string Escape(string text) => ReportText.Escape(text);
}
