using System.Text;

namespace NeuralBurden.Vit.Reports;

/// <summary>What all report pages share: one self-contained page for light, dark and paper, made of sections.</summary>
internal static class HtmlPage
{
    /// <param name="title">Heading of the page.</param>
    /// <param name="style">Rules beyond the common style sheet.</param>
    /// <param name="content">Markup below the heading.</param>
    /// <param name="foot">Text at the end; empty for none.</param>
    public static string Create(string title, string style, string content, string foot = "")
    {
        string name = ReportText.Escape(title), css = style == "" ? ReportStyle.Css : $"{ReportStyle.Css}\n{style}";
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            + $"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{name}</title>\n"
            + $"<style>\n{css}\n</style>\n</head>\n<body>\n<main>\n<h1>{name}</h1>\n{content}"
            + (foot == "" ? "" : $"<footer class=\"note\">{ReportText.Escape(foot)}</footer>\n") + "</main>\n</body>\n</html>\n";
    }

    /// <summary>Nothing where there is no content.</summary>
    /// <param name="note">Text below the heading; empty for none.</param>
    public static string Section(string heading, string note, string content) => content == "" ? "" :
        $"<section>\n<h2>{ReportText.Escape(heading)}</h2>\n"
        + (note == "" ? "" : $"<p class=\"note\">{ReportText.Escape(note)}</p>\n") + $"{content}</section>\n";

    /// <summary>Charts side by side.</summary>
    public static string Figure(IEnumerable<string> charts) =>
        $"<figure class=\"multiples\">{string.Concat(charts)}</figure>\n";

    /// <summary>A picture of merged tokens with its name and a text beside it.</summary>
    public static string Picture(string name, string text, byte[] png) =>
        $"<figure class=\"merges\"><figcaption><b>{ReportText.Escape(name)}</b> "
        + $"<span class=\"note\">{ReportText.Escape(text)}</span></figcaption>"
        + $"<img alt=\"Merged tokens of {ReportText.Escape(name)}\" "
        + $"src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"></figure>\n";

    /// <summary>A paragraph of coloured keys.</summary>
    public static string Legend(IEnumerable<string> keys) => $"<p class=\"legend\">{string.Concat(keys)}</p>\n";

    /// <summary>A table whose cells are markup, the first of each row its head; nothing where there is no row.</summary>
    /// <param name="heads">Markup of the column heads; an empty one is no head.</param>
    /// <param name="style">Class of the table; empty for none.</param>
    public static string Table(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows, string style = "")
    {
        var html = new StringBuilder($"<div class=\"wide\"><table{(style == "" ? "" : $" class=\"{style}\"")}><thead><tr>");
        foreach (string head in heads) html.Append(head == "" ? "<th></th>" : $"<th scope=\"col\">{head}</th>");
        html.Append("</tr></thead><tbody>\n");
        int empty = html.Length;
        foreach (var row in rows)
        {
            html.Append("<tr>");
            foreach (var (i, cell) in row.Index()) html.Append(i == 0 ? $"<th scope=\"row\">{cell}</th>" : $"<td>{cell}</td>");
            html.Append("</tr>\n");
        }

        return html.Length == empty ? "" : html.Append("</tbody></table></div>\n").ToString();
    }
}
