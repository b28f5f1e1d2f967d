using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// Splits the time of training steps into parts. It waits for the device at every boundary, which costs a GPU its
/// overlap: profile in steps of their own.
/// </summary>
public sealed class StepProfile(Device device)
{
    private static readonly int Parts = Enum.GetValues<StepPart>().Length;

    private readonly MeasuringClock _clock = MeasuringClock.For(device);
    private readonly double[] _seconds = new double[Parts];
    private StepPart _part;
    private double _since;
    private bool _isRunning;

    /// <summary>Finished steps.</summary>
    public int Steps { get; private set; }

    /// <summary>Seconds of a part, in the mean over steps; 0 before the first one has ended.</summary>
    public double Mean(StepPart part) => Steps == 0 ? 0 : _seconds[(int)part] / Steps;

    /// <summary>Ends the part that is running and starts another; returns the one that ended.</summary>
    internal StepPart Enter(StepPart part)
    {
        device.Synchronize();
        double now = _clock.Now;
        if (_isRunning) _seconds[(int)_part] += now - _since;
        var left = _part;
        (_part, _since, _isRunning) = (part, now, true);
        return left;
    }

    internal void EndStep()
    {
        Enter(_part);
        _isRunning = false;
        Steps++;
    }
}
