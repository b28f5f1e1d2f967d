namespace NeuralBurden.Vit.Reports;

/// <summary>What the runs say, in one paragraph of plain sentences made from their figures.</summary>
internal static class ReportSummary
{
    public static string Write(IReadOnlyList<RunGroup> groups)
    {
        var sentences = new List<string> { Scope(groups) };
        var basis = groups.FirstOrDefault(g => g is { IsDense: true, Merges: false });
        if (basis is not null)
            sentences.Add($"The dense model reaches {Accuracy(basis)} test accuracy.");
        var told = RunGroup.Focus(groups).Where(g => g != basis).Take(5).ToList();
        sentences.AddRange(told.Select(group => Outcome(group, basis)));
        if (groups.Count > told.Count + 1)
            sentences.Add("The table has the rest.");
        if (groups.Any(g => g.Runs.Count == 1) && groups.Count > 1)
            sentences.Add("Where there is one seed only, nothing tells a difference from chance.");
        if (groups.Any(g => g.IsSimulated))
        {
            sentences.Add(
                "Where products are marked dense, training multiplied pruned weights as zeros (forward passes and gradients "
                + "of inputs are counted): what those save in theory they do not save in time.");
        }

        return string.Join(' ', sentences);
    }

    private static string Scope(IReadOnlyList<RunGroup> groups)
    {
        var config = groups[0].Config;
        int runs = groups.Sum(g => g.Runs.Count);
        string data = string.Join(" and ", groups.Select(g => g.Config.Data.Name).Distinct());
        return $"{ReportText.Count(runs, "run")} of {ReportText.Count(groups.Count, "variant")} on {data}: "
            + $"a ViT of {ReportText.Count(config.Model.Depth, "block")}, width {config.Model.Dim}, "
            + $"trained for {ReportText.Count(config.Train.Epochs, "epoch")}.";
    }

    private static string Outcome(RunGroup group, RunGroup? basis)
    {
        string sparsity = group.IsDense
            ? ""
            : $" at {ReportText.Percent(group.Sparsity)} % sparsity";
        string text = $"{group.Label}{sparsity} reaches {Accuracy(group)}";
        bool comparable = basis is not null && basis.Config.Data.Name == group.Config.Data.Name;
        if (comparable)
        {
            double points = (Mean(group) - Mean(basis!)) * 100;
            text += Math.Abs(points) < 0.005
                ? ", the same as dense"
                : $", {ReportText.Number(Math.Abs(points), "0.00")} points "
                    + (points > 0 ? "above dense" : "below dense");
        }

        return text + ".";
    }

    private static double Mean(RunGroup group) => group.Of(r => r.TestAccuracy)!.Value.Mean;

    private static string Accuracy(RunGroup group) =>
        ReportText.MeanSpread(group.Of(r => r.TestAccuracy), "0.00", 100) + " %";
}
