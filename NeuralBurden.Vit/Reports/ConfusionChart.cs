using NeuralBurden.Vit.Judging;

namespace NeuralBurden.Vit.Reports;

/// <summary>The confusion matrix of a group with few classes; mistakes stand out by colour, the diagonal is neutral.</summary>
internal static class ConfusionChart
{
    private const int LongestName = 14;
    private const double Top = 26;
    private const double Cell = 30;

    public static string Draw(RunGroup group)
    {
        var runs = ClassSection.Figures(group).ToList();
        int classes = runs.Max(r => r.Classes);
        long[,] counts = new long[classes, classes];
        foreach (var (label, predicted, images) in runs.SelectMany(r => r.Confusion)) counts[label, predicted] += images;
        string[] names = [.. Enumerable.Range(0, classes).Select(i => Short(runs[0], i))];
        // Names that are wider than a cell stand at the rows alone, with the number of their column.
        bool wide = names.Max(n => n.Length) > 4;
        if (wide) names = [.. names.Select((n, i) => $"{n} {i + 1}")];
        double left = 14 + (6.3 * names.Max(n => n.Length)), bottom = Top + (classes * Cell);
        var figure = new SvgFigure(Math.Max(left + (classes * Cell) + 4, 220), bottom + 22, $"Confusion, {group.Label}");
        figure.Text(0, 13, $"Confusion, {group.Label}", $"title label {SvgFigure.Class(group)}");
        for (int row = 0; row < classes; row++)
        {
            double y = Top + (row * Cell), total = Math.Max(1, Enumerable.Range(0, classes).Sum(c => counts[row, c]));
            figure.Text(left - 8, y + (Cell / 2) + 4, names[row], "tick", "end");
            for (int column = 0; column < classes; column++)
            {
                double share = counts[row, column] / total, x = left + (column * Cell);
                // A tenth of a class mistaken for another is much.
                double strength = column == row ? 0.5 * share : Math.Min(0.85, 4 * share);
                figure.HeatCell(
                    x, y, Cell, Cell, strength, column == row ? "heat right" : "heat wrong",
                    $"{Name(runs[0], row)} as {Name(runs[0], column)}: {ReportText.Percent(share)} %, {counts[row, column]}");
                if (share >= 0.005)
                    figure.Text(x + (Cell / 2), y + (Cell / 2) + 4, ReportText.Percent(share, "0"), "tick cell", "middle");
            }
        }

        for (int column = 0; column < classes; column++)
        {
            string text = wide ? $"{column + 1}" : names[column];
            figure.Text(left + ((column + 0.5) * Cell), bottom + 15, text, "tick", "middle");
        }

        return figure.ToString();
    }

    private static string Name(ClassificationFigures figures, int label) =>
        label < figures.Classes ? figures.NameOf(label) : $"{label}";

    private static string Short(ClassificationFigures figures, int label)
    {
        string name = Name(figures, label);
        return name.Length <= LongestName ? name : name[..(LongestName - 1)] + "\u2026";
    }
}
