namespace NeuralBurden.Vit.Reports;

/// <summary>Keeps labels that stand beside the ends of lines from covering each other.</summary>
internal static class LabelColumn
{
    /// <summary>
    /// Moves the wanted heights apart to at least <paramref name="gap"/>, within the limits where they fit,
    /// and keeps their order.
    /// </summary>
    public static double[] Spread(IReadOnlyList<double> wanted, double gap, double top, double bottom)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i]).ThenBy(i => i)];
        double[] placed = new double[wanted.Count];
        double next = top;
        foreach (int i in order)
        {
            placed[i] = Math.Max(wanted[i], next);
            next = placed[i] + gap;
        }

        double limit = bottom;
        foreach (int i in order.Reverse())
        {
            placed[i] = Math.Min(placed[i], limit);
            limit = placed[i] - gap;
        }

        return placed;
    }
}
