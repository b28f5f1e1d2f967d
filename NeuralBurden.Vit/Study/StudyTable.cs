using System.Globalization;
using System.Text;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// <c>runs.csv</c>, for other programs: a row a run with its factors, its figures and its measures at the end. What a
/// run has no value of is empty.
/// </summary>
public static class StudyTable
{
    private static readonly (string Name, Func<StudyRun, double?> Value)[] Figures =
    [
        ("accuracy", r => r.Accuracy),
        ("validation_accuracy", r => r.ValidationAccuracy),
        ("test_loss", r => r.TestLoss),
        ("train_loss", r => r.TrainLoss),
        ("actual_sparsity", r => r.ActualSparsity),
        ("params", r => r.Params),
        ("params_kept", r => r.ParamsKept),
        ("macs_per_image", r => r.MacsPerImage),
        ("return_rate", r => r.ReturnRate),
        ("wall_seconds", r => r.WallSeconds),
        ("twin_accuracy", r => r.Loads.LastOrDefault()?.TwinAccuracy),
        ("shot_accuracy", r => r.Loads.LastOrDefault()?.ShotAccuracy),
        ("output_kl", r => r.Loads.LastOrDefault()?.OutputKl),
        ("disagreement", r => r.Loads.LastOrDefault()?.Disagreement),
    ];

    public static string Of(StudyData data)
    {
        string[] factors = Keys(data, r => r.Factors.Keys);
        string[] values = Keys(data, r => r.Loads.LastOrDefault()?.Values.Keys ?? []);
        var csv = new StringBuilder("id,twin,seed,rows,confirmatory");
        foreach (string column in factors.Concat(Figures.Select(f => f.Name)).Concat(values)) csv.Append(',').Append(column);
        csv.Append('\n');
        foreach (var run in data.Runs)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{run.Id},{run.Twin},{run.Seed},{string.Join(' ', run.Rows)},")
                .Append(data.IsConfirmatory(run) ? "true" : "false");
            foreach (string key in factors) csv.Append(',').Append(run.Factors.GetValueOrDefault(key));
            foreach (var (_, value) in Figures) Append(csv, value(run));
            var end = run.Loads.LastOrDefault()?.Values;
            foreach (string key in values) Append(csv, end is not null && end.TryGetValue(key, out double v) ? v : null);
            csv.Append('\n');
        }

        return csv.ToString();
    }

    private static string[] Keys(StudyData data, Func<StudyRun, IEnumerable<string>> keys) =>
        [.. data.Runs.SelectMany(keys).Distinct().Order(StringComparer.Ordinal)];

    private static void Append(StringBuilder csv, double? value) =>
        csv.Append(',').Append(value?.ToString("R", CultureInfo.InvariantCulture));
}
