using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>A figure by two factors, mean over seeds; the further from the neutral value, the darker.</summary>
internal sealed record HeatMap
{
    private const double Left = 92;
    private const double Top = 28;
    private const double CellHeight = 28;
    private const double CellWidth = 58;

    public required string Title { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }

    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>[row][column]; NaN where nothing was measured.</summary>
    public required IReadOnlyList<double[]> Values { get; init; }

    /// <summary>Value of a white cell, and the distance from it of the darkest.</summary>
    public required (double Neutral, double Most) Range { get; init; }

    /// <summary>A value as told.</summary>
    public required Func<double, string> Text { get; init; }

    public required string XName { get; init; }

    public string Draw()
    {
        double width = Left + (Columns.Count * CellWidth) + 4, bottom = Top + (Rows.Count * CellHeight);
        var figure = new SvgFigure(Math.Max(width, Left + 200), bottom + 36, Title);
        figure.Text(0, 13, Title, "title");
        for (int row = 0; row < Rows.Count; row++)
        {
            double y = Top + (row * CellHeight);
            figure.Text(Left - 8, y + (CellHeight / 2) + 4, Rows[row], "tick", "end");
            for (int i = 0; i < Columns.Count; i++)
            {
                double value = Values[row][i];
                if (!double.IsFinite(value)) continue;
                double away = Range.Most > 0 ? (value - Range.Neutral) / Range.Most : 0, x = Left + (i * CellWidth);
                string text = Text(value);
                figure.HeatCell(
                    x, y, CellWidth, CellHeight, 0.04 + (0.6 * Math.Min(1, Math.Abs(away))), away < 0 ? "heat" : "heat above",
                    $"{Rows[row]}, {Columns[i]}: {text}");
                figure.Text(x + (CellWidth / 2), y + (CellHeight / 2) + 4, text, "value", "middle");
            }
        }

        for (int i = 0; i < Columns.Count; i++)
            figure.Text(Left + ((i + 0.5) * CellWidth), bottom + 15, Columns[i], "tick", "middle");
        figure.Text(Left, bottom + 31, XName, "tick");
        return figure.ToString();
    }
}
