namespace NeuralBurden.Vit.Reports;

/// <summary>Maps figures to pixels along one axis.</summary>
internal sealed class AxisScale
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _start;
    private readonly double _end;
    private readonly Func<double, double> _transform;

    private AxisScale(
        double low,
        double high,
        double start,
        double end,
        IReadOnlyList<double> ticks,
        Func<double, double> transform)
    {
        (_low, _high, _start, _end, _transform) = (transform(low), transform(high), start, end, transform);
        Ticks = ticks;
    }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Step between ticks, 0 where they are uneven.</summary>
    public double Step { get; private init; }

    public double this[double value] =>
        _start + ((_transform(value) - _low) / (_high - _low) * (_end - _start));

    /// <summary>A linear axis over the values, widened to round ticks.</summary>
    public static AxisScale Linear(IEnumerable<double> values, double start, double end, int ticks = 5)
    {
        double[] all = [.. values];
        double low = all.Length == 0 ? 0 : all.Min(), high = all.Length == 0 ? 1 : all.Max();
        if (high - low < 1e-12 * Math.Max(1, Math.Abs(high)))
            (low, high) = low == 0 ? (0, 1) : (low - (0.05 * Math.Abs(low)), high + (0.05 * Math.Abs(high)));
        double step = RoundStep((high - low) / ticks);
        double first = Math.Floor((low / step) + 1e-9), last = Math.Ceiling((high / step) - 1e-9);
        double[] marks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
        return new AxisScale(marks[0], marks[^1], start, end, marks, v => v) { Step = step };
    }

    /// <summary>Whole epochs from 1 (or 0 where a curve has it), with as many ticks as fit.</summary>
    public static AxisScale Epochs(int first, int last, double start, double end, int ticks)
    {
        last = Math.Max(last, first + 1);
        int step = (int)Math.Max(1, RoundStep((double)(last - first) / ticks));
        var marks = Enumerable.Range(first, last - first + 1)
            .Where(e => e == first || e % step == 0)
            .Select(e => (double)e)
            .ToList();
        if (marks is [_, var second, ..] && second - first < step)
            marks.RemoveAt(1);
        return new AxisScale(first, last, start, end, marks, v => v) { Step = step };
    }

    /// <summary>
    /// Sparsity on an axis that is even in the logarithm of the density, so that 90, 95 and 99 % stand apart;
    /// ticks at the sparsities that occur.
    /// </summary>
    public static AxisScale Sparsity(IEnumerable<double> values, double start, double end)
    {
        double[] ticks = [.. values.Select(v => Math.Round(v, 3)).Distinct().Order()];
        return new AxisScale(ticks[0], ticks[^1], start, end, ticks, v => -Math.Log(Math.Max(1 - v, 5e-4)));
    }

    /// <summary>Lengths on an axis that is even in their logarithm, ticks at the lengths that occur.</summary>
    public static AxisScale Lengths(IEnumerable<double> values, double start, double end)
    {
        double[] ticks = [.. values.Distinct().Order()];
        return new AxisScale(ticks[0], ticks[^1], start, end, ticks, Math.Log);
    }

    /// <summary>Powers of 2 (or 10 over a wide range) around positive values.</summary>
    public static AxisScale Logarithmic(IEnumerable<double> values, double start, double end)
    {
        double[] all = [.. values.Where(v => v > 0)];
        double low = all.Length == 0 ? 1 : all.Min(), high = all.Length == 0 ? 2 : all.Max();
        double power = high / low > 100 ? 10 : high / low > 1.5 ? 2 : 1.25;
        double first = Math.Floor((Math.Log(low) / Math.Log(power)) + 1e-9);
        double last = Math.Max(first + 1, Math.Ceiling((Math.Log(high) / Math.Log(power)) - 1e-9));
        double[] marks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Pow(power, first + i))];
        return new AxisScale(marks[0], marks[^1], start, end, marks, Math.Log);
    }

    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double rest = step / power;
        return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
    }
}
