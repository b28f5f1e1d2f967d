using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NeuralBurden.Vit.Study;

/// <summary>A study as comma-separated tables for other programs; the first line names the columns.</summary>
public static class StudyTables
{
    private static readonly string[] RunColumns =
    [
        "id", "role", "method", "sparsity", "merge", "r", "seed", "accuracy", "test_loss", "train_loss",
        "actual_sparsity", "params", "params_kept", "dim", "mlp_dim", "macs_per_image_theoretical", "return_rate",
        "wall_seconds", "silencing_whole", "silencing_top", "silencing_random",
    ];

    private static readonly string[] LayerColumns = ["id", "epoch", "step", "phase", "layer", "reference", "tokens"];

    /// <summary>A row per run; the measures of the burden are means over layers at the end of training.</summary>
    public static string Runs(StudyData data)
    {
        var index = new StudyIndex(data);
        var measures = Measures(data);
        return Table([.. RunColumns, .. measures], data.Runs.Select(run => (string[])
        [
            run.Id, Text(run.Role), run.Method, Text(run.Sparsity), run.Merge, run.R, Text(run.Seed), Text(run.Accuracy),
            Text(run.TestLoss), Text(run.TrainLoss), Text(run.ActualSparsity), Text(run.Params), Text(run.ParamsKept),
            Text(run.Dim), Text(run.MlpDim), Text(run.MacsPerImageTheoretical), Text(run.ReturnRate),
            Text(run.WallSeconds), Text(run.Silencing?.Accuracy), Text(run.Silencing?.TopAccuracy),
            Text(run.Silencing?.RandomAccuracies.Average()),
            .. measures.Select(m => Text(index.Mean(run, m))),
        ]));
    }

    /// <summary>A row per run, layer and moment.</summary>
    public static string Layers(StudyData data)
    {
        var measures = Measures(data);
        return Table([.. LayerColumns, .. measures], data.Runs.SelectMany(run => run.Layers.Select(layer => (string[])
        [
            run.Id, Text(layer.Epoch), Text(layer.Step), Text(layer.Phase), Text(layer.Layer), Text(layer.Reference),
            Text(layer.Tokens),
            .. measures.Select(m => layer.Values.TryGetValue(m, out double value) ? Text(value) : ""),
        ])));
    }

    private static List<string> Measures(StudyData data) =>
        [.. data.Runs.SelectMany(r => r.Layers).SelectMany(l => l.Values.Keys).Distinct().Order(StringComparer.Ordinal)];

    private static string Table(IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder().AppendJoin(',', columns).Append('\n');
        foreach (string[] row in rows) text.AppendJoin(',', row).Append('\n');
        return text.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        // As study.json has it.
        Enum e => JsonSerializer.SerializeToElement(e, e.GetType(), StudyJson.Default.Options).GetString()!,
        IFormattable f => f.ToString(f is double ? "R" : null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
