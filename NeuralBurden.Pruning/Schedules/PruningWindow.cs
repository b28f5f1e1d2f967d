using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Schedules;

/// <summary>
/// When masks are updated: at Start, every <see cref="Every"/> steps after it, and always at End (where the
/// schedule reaches its target) and at Stop (after which masks are frozen). Updating at End and Stop
/// themselves is what makes the target exact for every period; evaluating a ramp only at multiples of the
/// period misses it.
/// </summary>
/// <exception cref="SettingException">Every below 1, or not 0 &lt;= Start &lt;= End &lt;=
/// Stop.</exception>
public sealed record PruningWindow
{
    public PruningWindow(long start, long end, long stop, int every)
    {
        if (start < 0) throw new SettingException("start", start, "a step of at least 0");
        if (end < start)
        {
            throw new SettingException(
                "end", end, $"a step not before start ({start})");
        }

        if (stop < end)
            throw new SettingException("stop", stop, $"a step not before end ({end})");
        if (every < 1) throw new SettingException("every", every, "at least 1 step");
        Start = start;
        End = end;
        Stop = stop;
        Every = every;
    }

    public long Start { get; }

    public long End { get; }

    public long Stop { get; }

    public int Every { get; }

    public bool IsUpdate(long step) =>
        step >= Start && step <= Stop && (IsRegular(step) || step == End || step == Stop);

    /// <summary>Whether a step is a whole number of periods after the start.</summary>
    public bool IsRegular(long step) => (step - Start) % Every == 0;
}
