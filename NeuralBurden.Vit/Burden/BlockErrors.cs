using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Burden;

/// <summary>The errors of one block's output on its own input, actual and best achievable.</summary>
internal sealed class BlockErrors
{
    private readonly SignalError? _signal;
    private readonly BestError? _best;

    /// <param name="sampled">Probe images to sample tokens of for the best error; 0 leaves it out.</param>
    public BlockErrors(VitShape shape, int sampled, int seed)
    {
        _signal = new SignalError(shape.Dim);
        if (sampled > 0) _best = new BestError(shape.Dim, shape.MlpDim, sampled, seed);
    }

    private BlockErrors()
    {
        (Signal, Best, Span) = (0, 0, 0);
    }

    /// <summary>A network beside itself.</summary>
    public static BlockErrors Zero { get; } = new();

    /// <summary>Whether there is something to add.</summary>
    public bool IsMeasured => _signal is not null;

    /// <summary>eps.</summary>
    public double Signal { get; private set; }

    /// <summary>eps_opt; null where it was left out.</summary>
    public double? Best { get; private set; }

    /// <summary>The share of the signal outside the span of the decoders.</summary>
    public double? Span { get; private set; }

    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual, in SiteView hidden)
    {
        _signal!.Add(reference, actual, hidden.Sizes);
        _best?.Add(reference, actual, hidden);
    }

    public void Finish(Device device, ReadOnlySpan<float> outgoing, bool[] alive)
    {
        if (_signal is null) return;
        Signal = _signal.Value;
        if (_best is null) return;
        var (best, span) = _best.Shares(device, outgoing, alive);
        (Best, Span) = (Signal * best, Signal * span);
    }
}
