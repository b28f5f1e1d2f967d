using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// STEP (arXiv 2302.01172): phase 1 is plain dense Adam; phase 2 freezes the second moment v and learns N:M
/// masks with the straight-through gradient. The switch is automatic. Every p steps the relative change of v a step is
/// sampled, z = mean |v_t - v_(t-p)| / (p mean v_t); when the mean of the last <see cref="Samples"/> falls below a tolerance,
/// v has settled. Not before the window's start nor before the learning rate's warm-up ends, and at the window's end at the
/// latest.
/// </summary>
/// <remarks>
/// Dividing by v makes the test one of v's shape: the size of a gradient depends on clipping and on the loss, and says
/// nothing about whether v has settled. Without a second moment (SGD) the switch comes at the window's end.
/// </remarks>
/// <param name="parts">The window's start and end bound the switch.</param>
/// <param name="tolerance">Relative change of v a step below which it has settled.</param>
/// <param name="warmup">Steps while the learning rate still rises.</param>
public sealed class StepMethod(MethodParts parts, double tolerance, long warmup) : ComposedMethod(parts)
{
    /// <summary>Samples whose mean decides.</summary>
    public const int Samples = 8;

    private const int Unset = -1;

    private readonly float[] _changes = new float[Samples];
    private long _samples;
    private float[] _before = [];
    private long _switchedAt = Unset;

    public override long? FrozenSecondMomentSteps => _switchedAt == Unset ? null : _switchedAt + 1;

    // Before the switch, a step that samples the second moment may turn out to be the switch.
    public override bool MayUpdateMasks(long step) => _switchedAt == Unset
        ? step >= Latest || step % Parts.Window.Every == 0
        : IsUpdate(step);

    public override bool UpdateMasks(long step)
    {
        if (_switchedAt == Unset && Settled(step)) _switchedAt = step;
        return base.UpdateMasks(step);
    }

    public override void Save(PrunerState state)
    {
        base.Save(state);
        state.Put("step.phase", [_samples, _switchedAt]);
        state.Put("step.changes", _changes.AsSpan());
        state.Put("step.second-moment", _before.AsSpan());
    }

    public override void Load(PrunerState state)
    {
        base.Load(state);
        Span<long> phase = stackalloc long[2];
        state.Get("step.phase", phase);
        state.Get("step.second-moment", _before.AsSpan());
        state.Get("step.changes", _changes.AsSpan());
        (_samples, _switchedAt) = (phase[0], phase[1]);
    }

    protected override bool IsUpdate(long step) =>
        _switchedAt != Unset && step >= _switchedAt && step <= Parts.Window.Stop;

    protected override void OnAttach()
    {
        base.OnAttach();
        _before = new float[Context.TotalWeights];
    }

    private long Earliest => Math.Max(Parts.Window.Start, warmup);

    private long Latest => Math.Max(Parts.Window.End, Earliest);

    private bool Settled(long step)
    {
        if (step >= Latest) return true;
        if (step % Parts.Window.Every != 0) return false;
        double change = 0, size = 0;
        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            if (!Context.Tensors[t].Has(TensorPart.SecondMoment)) return false;
            var now = Context.Tensors[t].Read(TensorPart.SecondMoment);
            var before = Context.Slice(_before, t);
            for (int i = 0; i < now.Length; i++)
            {
                change += Math.Abs((double)now[i] - before[i]);
                size += now[i];
            }

            now.CopyTo(before);
        }

        // The first sample has nothing to compare with.
        if (_samples++ == 0) return false;
        _changes[_samples % Samples] = size > 0 ? (float)(change / size / Parts.Window.Every) : float.MaxValue;
        if (step < Earliest || _samples <= Samples) return false;
        double sum = 0;
        foreach (float sample in _changes) sum += sample;
        return sum / Samples < tolerance;
    }
}
