using NeuralBurden.Vit.Burden;

namespace NeuralBurden.Vit.Reports;

/// <summary>The neural burden of the hidden units by block and epoch: B, its two terms, loads and the best error.</summary>
internal static class BurdenSection
{
    public const string Note =
        "B = \u03b5 + max(0, c \u2212 1): \u03b5 is the share of the block's signal that pruning loses, c the rate cost "
        + "relative to the reference network. Higher means that the surviving neurons carry more. U is the median load per "
        + "surviving synapse and K the 95th percentile of the units' contribution, both relative to the reference. "
        + "\u03b5 opt is the error that no activity of the survivors can repair.";

    private static readonly (string Title, Func<BurdenRecord, double?> Figure)[] Rows =
    [
        ("B", b => b.Burden),
        ("signal error \u03b5", b => b.SignalError),
        ("rate cost c", b => b.RateCostRatio),
        ("K, 95th percentile", b => b.ContributionRatio?.P95),
        ("U, median", b => b.SynapseLoadRatio?.P50),
        ("\u03b5 opt", b => b.BestError),
    ];

    /// <returns>Empty where no run has a burden.</returns>
    public static string Draw(IReadOnlyList<RunGroup> groups)
    {
        var measured = groups.Where(g => g.Runs.Any(r => r.Burden.Any(b => b.Burden is not null))).ToList();
        if (measured.Count == 0) return "";
        int[] layers = [.. measured.SelectMany(g => g.Runs).SelectMany(r => r.Burden)
            .Where(b => b.Site == BurdenSite.Mlp).Select(b => b.Layer).Distinct().Order()];
        return ReportTables.Legend(measured) + string.Concat(Rows.Select(r => Row(measured, layers, r.Title, r.Figure)));
    }

    // A row of panels, one per block, on one scale.
    private static string Row(
        IReadOnlyList<RunGroup> groups, int[] layers, string title, Func<BurdenRecord, double?> figure)
    {
        var panels = layers.Select(layer => new CurveChart
        {
            Title = $"{title}, block {layer}",
            Width = 252,
            Height = 190,
            Labels = false,
            Series = [.. groups.Select(g => new CurveSeries(g, g.Label, g.OverEpochs(layer, BurdenSite.Mlp, figure)))],
        }).ToList();
        var points = panels.SelectMany(p => p.Series).SelectMany(s => s.Points).ToList();
        if (points.Count == 0) return "";
        double[] cover = [0, .. points.Select(p => p.Y.Max)];
        return HtmlPage.Figure(panels.Select(p => (p with { Cover = cover }).Draw()));
    }
}
