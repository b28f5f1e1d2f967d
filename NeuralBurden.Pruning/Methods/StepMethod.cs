using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// STEP (arXiv 2302.01172): phase 1 is plain dense Adam; phase 2 freezes the second moment v and learns N:M
/// masks with the straight-through gradient. The switch is automatic: when the mean change of v per step and
/// weight, sampled at every window update, falls below a tolerance, but not before the window's start and not
/// after its end.
/// </summary>
/// <remarks>Without a second moment (SGD) the switch comes at the window's end.</remarks>
public sealed class StepMethod(MethodParts parts, double tolerance) : ComposedMethod(parts)
{
    private const int Unset = -1;

    private float[] _before = [];
    private long _sampledAt = Unset;
    private long _switchedAt = Unset;

    public override long? FrozenSecondMomentSteps => _switchedAt == Unset ? null : _switchedAt + 1;

    /// <summary>Last step of phase 1, or -1 while it lasts.</summary>
    public long SwitchedAt => _switchedAt;

    // Before the switch, a step that samples the second moment may turn out to be the switch.
    public override bool MayUpdateMasks(long step) => _switchedAt == Unset
        ? step >= Parts.Window.End || step % Parts.Window.Every == 0
        : IsUpdate(step);

    public override bool UpdateMasks(long step)
    {
        if (_switchedAt == Unset && Settled(step)) _switchedAt = step;
        return base.UpdateMasks(step);
    }

    public override void Save(PrunerState state)
    {
        base.Save(state);
        state.Put("step.phase", [_sampledAt, _switchedAt]);
        state.Put("step.second-moment", _before.AsSpan());
    }

    public override void Load(PrunerState state)
    {
        base.Load(state);
        Span<long> phase = stackalloc long[2];
        state.Get("step.phase", phase);
        state.Get("step.second-moment", _before.AsSpan());
        (_sampledAt, _switchedAt) = (phase[0], phase[1]);
    }

    protected override bool IsUpdate(long step) =>
        _switchedAt != Unset && step >= _switchedAt && step <= Parts.Window.Stop;

    protected override void OnAttach()
    {
        base.OnAttach();
        _before = new float[Context.TotalWeights];
    }

    private bool Settled(long step)
    {
        if (step >= Parts.Window.End) return true;
        if (step % Parts.Window.Every != 0) return false;
        double change = 0;
        for (var t = 0; t < Context.Tensors.Count; t++)
        {
            if (!Context.Tensors[t].Has(TensorPart.SecondMoment)) return false;
            var now = Context.Tensors[t].Read(TensorPart.SecondMoment);
            var before = Context.Slice(_before, t);
            for (var i = 0; i < now.Length; i++) change += Math.Abs((double)now[i] - before[i]);
            now.CopyTo(before);
        }

        var since = step - _sampledAt;
        var first = _sampledAt == Unset;
        _sampledAt = step;
        return !first && step >= Parts.Window.Start && change / since / Context.TotalWeights < tolerance;
    }
}
