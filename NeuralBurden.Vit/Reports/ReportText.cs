using System.Globalization;
using System.Net;

namespace NeuralBurden.Vit.Reports;

/// <summary>Figures and names as the report prints them.</summary>
public static class ReportText
{
    private const string Minus = "\u2212";
    private const string Absent = "\u2013";

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public static string Number(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture).Replace("-", Minus, StringComparison.Ordinal);

    /// <summary>A share as a percentage, without the sign.</summary>
    public static string Percent(double share, string format = "0.0") => Number(share * 100, format);

    /// <summary>Mean, and spread where there are repeats.</summary>
    public static string MeanSpread(Statistic? statistic, string format, double scale = 1) => statistic switch
    {
        null => Absent,
        { Count: 1 } s => Number(s.Mean * scale, format),
        { } s => $"{Number(s.Mean * scale, format)} \u00b1 {Number(s.Spread * scale, format)}",
    };

    /// <summary>Three significant digits with k, M or G.</summary>
    public static string Compact(double value)
    {
        (double Scale, string Suffix) unit = Math.Abs(value) switch
        {
            >= 1e9 => (1e9, " G"),
            >= 1e6 => (1e6, " M"),
            >= 1e4 => (1e3, " k"),
            _ => (1, ""),
        };
        double scaled = value / unit.Scale;
        string format = unit.Scale == 1 || Math.Abs(scaled) >= 100 ? "0"
            : Math.Abs(scaled) >= 10 ? "0.0"
            : "0.00";
        return Number(scaled, format) + unit.Suffix;
    }

    public static string Compact(Statistic? statistic) => statistic is { } s ? Compact(s.Mean) : Absent;

    /// <summary>The mean as <see cref="Compact(double)"/> has it, with the spread in percent of it where there is one.</summary>
    public static string CompactSpread(Statistic? statistic) => statistic switch
    {
        null => Absent,
        { Count: > 1, Mean: > 0 } s => $"{Compact(s.Mean)} \u00b1 {Number(100 * s.Spread / s.Mean, "0")} %",
        { } s => Compact(s.Mean),
    };

    public static string Bytes(double bytes) => bytes >= 1e6
        ? Number(bytes / 1e6, "0.00") + " MB"
        : Number(bytes / 1e3, "0") + " kB";

    public static string Duration(double seconds) => seconds switch
    {
        < 90 => Number(seconds, "0") + " s",
        < 5400 => Number(seconds / 60, "0.0") + " min",
        _ => Number(seconds / 3600, "0.0") + " h",
    };

    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
