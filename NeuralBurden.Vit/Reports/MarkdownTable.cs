namespace NeuralBurden.Vit.Reports;

/// <summary>Tables in Markdown (GitHub's), as documents and terminals take them.</summary>
public static class MarkdownTable
{
    /// <summary>The cell of a figure that there is not.</summary>
    public const string Missing = "\u2013";

    /// <summary>Head and rows, each line ended.</summary>
    /// <param name="columns">The heads.</param>
    /// <param name="rows">As many cells each; null = <see cref="Missing"/>.</param>
    /// <param name="numbersFrom">The first column that is aligned to the right; null = none.</param>
    public static string Of(
        IReadOnlyList<string> columns, IEnumerable<IEnumerable<string?>> rows, int? numbersFrom = null) =>
        string.Concat(rows.Select(row => Row(row) + "\n").Prepend(Head(columns, numbersFrom) + "\n"));

    /// <summary>The head's two lines, the last without its end: rows that are written one by one follow.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Head(IReadOnlyList<string> columns, int? numbersFrom = null) =>
        Row(columns) + "\n" + Row(columns.Select((_, i) => i >= numbersFrom ? "---:" : "---"));

    /// <summary>A line without its end; a bar within a cell stays within it.</summary>
    public static string Row(IEnumerable<string?> cells) =>
        $"| {string.Join(" | ", cells.Select(c => (c ?? Missing).Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
