using System.Globalization;
using System.Text;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>
/// <c>verdicts.csv</c>, for other programs: a row a hypothesis and place, first those of the main selection. Figures are in the
/// statistic's own unit: shares of accuracy, natural logarithms of loads.
/// </summary>
public static class VerdictTable
{
    public const string FileName = "verdicts.csv";

    private const string Columns =
        "id,method,sparsity,epochs,merge,confirmatory,verdict,estimate,low,high,low_level,high_level,p,detectable,least,seeds";

    public static string Of(StudyData data)
    {
        var csv = new StringBuilder(Columns).Append('\n');
        foreach (var outcome in StudyHypotheses.Of(data).Concat(StudyHypotheses.Elsewhere(data)))
        {
            var (at, judgement) = (outcome.At, outcome.Judgement);
            var factors = (at.Merge ?? new Dictionary<string, string>()).OrderBy(f => f.Key, StringComparer.Ordinal);
            string merge = string.Join(' ', factors.Select(f => $"{f.Key}={f.Value}"));
            csv.AppendJoin(',',
            [
                outcome.Id, at.Method, Text(at.Sparsity), at.Epochs.ToString(CultureInfo.InvariantCulture), merge,
                outcome.Confirmatory ? "true" : "false", VerdictText.Of(outcome.Verdict), Text(judgement.Mean?.Mean),
                Text(judgement.Interval.Low), Text(judgement.Interval.High), Text(judgement.LowLevel), Text(judgement.HighLevel),
                Text(judgement.P), Text(judgement.Detectable), Text(outcome.Hypothesis.Claim.Least),
                (judgement.Mean?.Count ?? 0).ToString(CultureInfo.InvariantCulture),
            ]).Append('\n');
        }

        return csv.ToString();
    }

    // What there is none of is empty.
    private static string Text(double? value) =>
        value is { } v && double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : "";
}
