using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Selection;

/// <summary>
/// Guards against masks that chatter around the threshold: scores of kept units are divided by Low, scores of
/// pruned units by High, before selection. A pruned unit then replaces a kept one only if s_pruned / High
/// &gt; s_kept / Low, the band of DNS (drop below 0.9 tau, return above 1.1 tau, arXiv 1608.04493), and
/// counts stay exact. Needs scores that are not negative.
/// </summary>
public sealed record Hysteresis
{
    public Hysteresis(double low, double high)
    {
        if (low is not (> 0 and <= 1))
            throw new SettingException("hysteresis_low", low, "in (0, 1]");
        if (high is not (>= 1 and <= 10))
            throw new SettingException("hysteresis_high", high, "in [1, 10]");
        Low = low;
        High = high;
    }

    public static Hysteresis None { get; } = new(1, 1);

    public double Low { get; }

    public double High { get; }
}
