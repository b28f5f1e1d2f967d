using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace NeuralBurden.Vit.Reports;

/// <summary>
/// Elements of one inline SVG figure. Colours come from the page's style sheet by class: <c>sN</c> for the
/// N-th group, so a figure follows light, dark and print.
/// </summary>
internal sealed class SvgFigure
{
    private const int Colours = 12;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly XElement _root;

    public SvgFigure(double width, double height, string description)
    {
        _root = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Pixels(width)} {Pixels(height)}"),
            new XAttribute("width", Pixels(width)),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", Legal(description)));
    }

    /// <summary>Class that colours a group's elements.</summary>
    public static string Class(RunGroup group) => Class(group.Index);

    public static string Class(int index) => $"s{index % Colours}";

    public override string ToString() => _root.ToString(SaveOptions.DisableFormatting);

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Add(
            "line",
            style,
            null,
            ("x1", Pixels(x1)),
            ("y1", Pixels(y1)),
            ("x2", Pixels(x2)),
            ("y2", Pixels(y2)));

    public void Rectangle(
        double x, double y, double width, double height, string style, string? tooltip = null) =>
        Add(
            "rect",
            style,
            tooltip,
            ("x", Pixels(x)),
            ("y", Pixels(y)),
            ("width", Pixels(Math.Max(width, 0.5))),
            ("height", Pixels(height)));

    /// <summary>A square of a heat map, from 0 (background) to 1 (full colour).</summary>
    public void HeatCell(double x, double y, double width, double height, double share, string style, string tooltip) =>
        Add(
            "rect",
            style,
            tooltip,
            ("x", Pixels(x)),
            ("y", Pixels(y)),
            ("width", Pixels(width)),
            ("height", Pixels(height)),
            ("fill-opacity", Math.Round(share, 2).ToString("0.##", CultureInfo.InvariantCulture)));

    public void Polyline(IEnumerable<(double X, double Y)> points, string style) =>
        Add("polyline", style, null, ("points", Points(points)));

    public void Polygon(IEnumerable<(double X, double Y)> points, string style) =>
        Add("polygon", style, null, ("points", Points(points)));

    /// <param name="anchor">start, middle or end.</param>
    public void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add("text", style, null, ("x", Pixels(x)), ("y", Pixels(y)), ("text-anchor", anchor))
            .Add(Legal(text));

    /// <summary>A group's marker: shape and colour both tell the group, so neither has to be seen.</summary>
    public void Marker(RunGroup group, double x, double y, double size, string style, string? tooltip = null) =>
        Marker(group.Index, x, y, size, style, tooltip);

    public void Marker(int index, double x, double y, double size, string style, string? tooltip = null)
    {
        string styles = $"{Class(index)} {style}";
        switch (index % 4)
        {
            case 0:
                Add("circle", styles, tooltip, ("cx", Pixels(x)), ("cy", Pixels(y)), ("r", Pixels(size)));
                break;
            case 1:
                double half = size * 0.9;
                Rectangle(x - half, y - half, 2 * half, 2 * half, styles, tooltip);
                break;
            case 2:
                double d = size * 1.25;
                Shape([(x, y - d), (x + d, y), (x, y + d), (x - d, y)], styles, tooltip);
                break;
            default:
                double t = size * 1.2;
                Shape([(x, y - t), (x + t, y + (0.8 * t)), (x - t, y + (0.8 * t))], styles, tooltip);
                break;
        }
    }

    private void Shape((double X, double Y)[] corners, string style, string? tooltip) =>
        Add("polygon", style, tooltip, ("points", Points(corners)));

    private XElement Add(
        string name, string style, string? tooltip, params (string Name, string Value)[] attributes)
    {
        var element = new XElement(Svg + name, attributes.Select(a => new XAttribute(a.Name, a.Value)));
        if (style != "")
            element.Add(new XAttribute("class", style));
        if (tooltip is not null)
            element.Add(new XElement(Svg + "title", Legal(tooltip)));
        _root.Add(element);
        return element;
    }

    private static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(p => $"{Pixels(p.X)},{Pixels(p.Y)}"));

    private static string Pixels(double value) =>
        Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>XML has no way to write control characters, not even escaped.</summary>
    private static string Legal(string text) =>
        string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\ufffd'));
}
