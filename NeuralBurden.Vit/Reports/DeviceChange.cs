namespace NeuralBurden.Vit.Reports;

/// <summary>The same op or workload in two files.</summary>
/// <param name="Before">In the first file.</param>
/// <param name="After">In the second.</param>
public sealed record DeviceChange(DeviceRow Before, DeviceRow After)
{
    // Two measurements of one program differ by as much where nothing has changed.
    private const double LeastShare = 0.02;

    /// <summary>Above 1: the second is faster.</summary>
    public double Ratio => Before.Median / After.Median;

    /// <summary>
    /// Whether the middle halves of both measurements lie apart and the medians differ by at least 2 %; less is noise.
    /// </summary>
    public bool IsBeyondSpread =>
        (Before.LowerQuartile > After.UpperQuartile || Before.UpperQuartile < After.LowerQuartile)
        && Math.Abs(Ratio - 1) >= LeastShare;

    public bool IsSlower => IsBeyondSpread && Ratio < 1;

    /// <summary>
    /// What both files have and both could measure, in the order of the first. Where each has one device alone, these are
    /// compared whatever they are; else devices of the same name and number of cores.
    /// </summary>
    public static IReadOnlyList<DeviceChange> Of(DeviceFile before, DeviceFile after)
    {
        bool anyDevice = IsOneDevice(before) && IsOneDevice(after);
        var second = after.Rows.Where(r => r.Failure is null).GroupBy(Key).ToDictionary(g => g.Key, g => g.First());
        return
        [
            .. before.Rows.Where(r => r.Failure is null && second.ContainsKey(Key(r)))
                .Select(r => new DeviceChange(r, second[Key(r)])),
        ];

        string Key(DeviceRow row) => anyDevice ? row.Case : $"{row.Case} on {row.Column}";
    }

    private static bool IsOneDevice(DeviceFile file) => file.Rows.Select(r => r.Column).Distinct().Count() == 1;
}
