using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>A measure by layer (down) and sparsity (across), mean over seeds; the darker, the more.</summary>
internal sealed record HeatMap
{
    private const double Left = 58;
    private const double Top = 28;
    private const double CellHeight = 26;
    private const double CellWidth = 44;

    public required string Title { get; init; }

    public required IReadOnlyList<double> Sparsities { get; init; }

    /// <summary>[layer][sparsity]; NaN where nothing was measured.</summary>
    public required IReadOnlyList<double[]> Rows { get; init; }

    /// <summary>Values of the lightest and of the darkest cell, shared between maps of one measure.</summary>
    public required (double Low, double High) Range { get; init; }

    public required string Format { get; init; }

    public string Draw()
    {
        double width = Left + (Sparsities.Count * CellWidth) + 4, bottom = Top + (Rows.Count * CellHeight);
        var figure = new SvgFigure(width, bottom + 22, $"{Title}, by layer and sparsity");
        figure.Text(0, 13, Title, "title");
        for (int l = 0; l < Rows.Count; l++)
        {
            double y = Top + (l * CellHeight);
            figure.Text(Left - 8, y + (CellHeight / 2) + 4, $"block {l}", "tick", "end");
            for (int i = 0; i < Sparsities.Count; i++)
            {
                double value = Rows[l][i];
                if (!double.IsFinite(value)) continue;
                double share = Range.High > Range.Low ? (value - Range.Low) / (Range.High - Range.Low) : 0;
                string text = ReportText.Number(value, Format);
                string tooltip = $"block {l} at {ReportText.Number(Sparsities[i] * 100, "0.#")} %: {text}";
                double x = Left + (i * CellWidth);
                figure.HeatCell(x, y, CellWidth, CellHeight, 0.06 + (0.6 * Math.Clamp(share, 0, 1)), "heat", tooltip);
                figure.Text(x + (CellWidth / 2), y + (CellHeight / 2) + 4, text, "value", "middle");
            }
        }

        for (int i = 0; i < Sparsities.Count; i++)
        {
            figure.Text(
                Left + ((i + 0.5) * CellWidth), bottom + 15, ReportText.Number(Sparsities[i] * 100, "0.#"), "tick", "middle");
        }

        figure.Text(Left - 8, bottom + 15, "s, %", "tick", "end");
        return figure.ToString();
    }
}
