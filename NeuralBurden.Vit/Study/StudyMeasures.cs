using System.Globalization;
using System.Text.Json;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// Names of the measures that a study keeps: those of <c>burden.jsonl</c>, with <c>.p50</c> and the like for quantiles
/// over units. They are kept with seven significant digits.
/// </summary>
public static class StudyMeasures
{
    /// <summary>u: input per surviving synapse; <see cref="BurdenRecord.SynapseLoad"/>.</summary>
    public const string SynapseLoad = "synapse_load";

    /// <summary>c: contribution of a unit per token; <see cref="BurdenRecord.Contribution"/>.</summary>
    public const string Contribution = "contribution";

    /// <summary>Lambda; <see cref="BurdenRecord.RateRatio"/>.</summary>
    public const string RateRatio = "rate_ratio";

    public const string SignalError = "signal_error";

    public const string BestError = "best_error";

    public const string Burden = "burden";

    public const string RateCostRatio = "rate_cost_ratio";

    public const string ImageLoad = "image_load";

    public const string PastBoundaryShare = "past_boundary_share";

    public const string Median = ".p50", P95 = ".p95", Mean = ".mean", P99 = ".p99", Most = ".max";

    // What the tests, the figures and a reader of the tables use; burden.jsonl of a run has all.
    private static readonly HashSet<string> AtTheEnd =
    [
        "sparsity", "dead_units", "idle_share", "overloaded_share", "participation", "gini", SignalError, "rate_cost",
        RateCostRatio, "energy_cost_ratio", Burden, "raw_burden", BestError, "span_error", PastBoundaryShare,
        "past_boundary_share_half", "past_boundary_share_double", "similarity",
        .. Quantiles(SynapseLoad, Mean, Median, P95), .. Quantiles("synapse_load_ratio", Mean, Median, P95),
        .. Quantiles(Contribution, Mean, Median, P95), .. Quantiles("contribution_ratio", Mean, Median, P95),
        .. Quantiles(RateRatio, Mean, P95), .. Quantiles("rate", Mean, P95), .. Quantiles("decoder_ratio", Mean),
        .. Quantiles(ImageLoad, Mean), .. Quantiles("relative_load", Median, P95, P99, Most),
    ];

    private static readonly HashSet<string> AroundMaskChanges =
    [
        "sparsity", SignalError, RateCostRatio, Burden,
        .. Quantiles(RateRatio, Mean, P95), .. Quantiles("contribution_ratio", Mean, P95),
        .. Quantiles("synapse_load_ratio", Mean, Median),
    ];

    /// <summary>The measures of one record.</summary>
    public static StudyLayer Of(BurdenRecord record)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var kept = record.Phase == BurdenPhase.EpochEnd ? AtTheEnd : AroundMaskChanges;
        var json = JsonSerializer.SerializeToElement(record, RunJson.Default.BurdenRecord);
        foreach (var property in json.EnumerateObject()) Add(property.Name, property.Value);
        return new StudyLayer(
            record.Epoch, record.Step, record.Phase, record.Layer, record.Reference, record.Tokens, values);

        void Add(string name, JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (var part in value.EnumerateObject()) Add($"{name}.{part.Name}", part.Value);
            }
            else if (kept.Contains(name) && value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()))
            {
                values[name] = Rounded(value.GetDouble());
            }
        }
    }

    /// <summary>
    /// What a study keeps of a run's records, at the MLP: the last moment of training, and every mask change with the
    /// recovery after it.
    /// </summary>
    public static IReadOnlyList<StudyLayer> Of(IReadOnlyList<BurdenRecord> records)
    {
        var site = records.Where(r => r.Site == BurdenSite.Mlp).ToList();
        if (site.Count == 0) return [];
        var ends = site.Where(r => r.Phase == BurdenPhase.EpochEnd).ToList();
        var last = ends.Count > 0 ? ends.Where(r => r.Step == ends.Max(e => e.Step)) : [];
        var changes = site.Where(r => r.Phase is BurdenPhase.AfterMaskChange or BurdenPhase.Recovered);
        return [.. changes.Concat(last).OrderBy(r => r.Step).ThenBy(r => r.Phase).ThenBy(r => r.Layer).Select(Of)];
    }

    private static IEnumerable<string> Quantiles(string measure, params string[] which) => which.Select(q => measure + q);

    private static double Rounded(double value) =>
        double.Parse(value.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
