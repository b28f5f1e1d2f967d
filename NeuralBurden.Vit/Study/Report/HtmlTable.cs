using System.Text;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>A plain table of texts.</summary>
internal static class HtmlTable
{
    /// <summary>Nothing where there is no row.</summary>
    public static string Of(IReadOnlyList<string> columns, IEnumerable<string[]> rows, string style = "")
    {
        var all = rows.ToList();
        if (all.Count == 0) return "";
        var html = new StringBuilder($"<div class=\"wide\"><table class=\"{style}\"><thead><tr>");
        foreach (string column in columns) html.Append("<th>").Append(ReportText.Escape(column)).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (string[] row in all)
        {
            html.Append("<tr>");
            foreach (string cell in row) html.Append("<td>").Append(ReportText.Escape(cell)).Append("</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }
}
