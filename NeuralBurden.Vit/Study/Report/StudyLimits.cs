using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>What the study cannot say.</summary>
internal static class StudyLimits
{
    public static IEnumerable<string> Of(StudyData data, StudySelection main, IReadOnlyList<HypothesisOutcome> outcomes)
    {
        yield return $"One small architecture, one data set ({data.Dataset}), one recipe. Burden depends on how long a network "
            + $"is trained: verdicts hold at {ReportText.Count(main.Epochs, "epoch")} of "
            + $"{ReportText.Number(data.TrainImages, "#,0")} training images and need not hold at another length.";
        if (data.Plan is null)
        {
            yield return "There was no plan before the runs: every figure is exploratory, and no interval is corrected.";
        }
        else if (data.PlanBroken is { } broken)
        {
            yield return $"Nothing is confirmatory: {broken}.";
        }
        else
        {
            yield return
                "Only what is marked confirmatory was planned beforehand; the rest was looked at freely and not corrected.";
        }

        if (outcomes.Any(o => o.Interim > 0))
            yield return $"The confirmation is not finished: {outcomes.Max(o => o.Interim)} planned runs are missing.";
        foreach (var outcome in outcomes.Where(o => o.Verdict == Verdict.NotMeasured))
            yield return $"{outcome.Id} was not measured: {outcome.Reason}";
        foreach (var outcome in outcomes.Where(o => o.Verdict == Verdict.Undecided))
            yield return $"{outcome.Id} is undecided: {outcome.Reason}";
        if (data.Runs.Count < data.Planned)
            yield return $"{data.Planned - data.Runs.Count} of {data.Planned} runs of the study are missing.";
        foreach (string failure in data.Failures) yield return $"A run failed: {failure}";
        yield return "Units of different networks are not aligned: K^ and U^ compare distributions over units, not "
            + "units. The twin has other dead and living units; only what is alive is compared.";
        yield return "Intervals say how far other seeds of this very study would move a figure, on the same test images; "
            + "those over test images stand beside the accuracies.";
        yield return "The paper's own tables, width and cost function are not public: this tests its claims, not its numbers.";
    }
}
