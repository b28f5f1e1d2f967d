namespace NeuralBurden.Vit.Reports;

/// <summary>Sparsity of every prunable matrix at the end, a row per matrix, a dot per group.</summary>
internal static class MatrixChart
{
    /// <summary>The chart, or null when no group pruned anything.</summary>
    public static string? Draw(IReadOnlyList<RunGroup> groups)
    {
        var pruned = groups.Where(g => !g.IsDense).ToList();
        var names = pruned.SelectMany(g => g.Runs[0].Result.Matrices).Select(m => m.Name).Distinct().ToList();
        if (names.Count == 0)
            return null;
        var rows = names.Select(name => new DotRow(Short(name), "tick", [.. Dots(pruned, name)]));
        return new DotChart
        {
            Title = "Zeros in each matrix, %",
            Rows = [.. rows],
            Width = 900,
            RowHeight = 22,
            DotOffset = 3,
            LabelWidth = 130,
        }.Draw();
    }

    private static IEnumerable<Dot> Dots(List<RunGroup> groups, string name)
    {
        foreach (var group in groups)
        {
            var matrices = group.Runs.Select(r => r.Result.Matrices.FirstOrDefault(m => m.Name == name));
            if (Statistic.Of(matrices.Select(m => m?.Sparsity)) is not { } sparsity)
                continue;
            yield return new Dot(
                group, sparsity.Mean, true, $"{group.Label}, {name}: {ReportText.Percent(sparsity.Mean)} %");
        }
    }

    private static string Short(string name) => name
        .Replace("blocks.", "", StringComparison.Ordinal)
        .Replace(".weight", "", StringComparison.Ordinal);
}
