using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// A method made of parts. A mask update scores the weights, prunes to the scheduled sparsity (within the old
/// mask unless pruned weights may return), then drops and grows if the composition does.
/// </summary>
public class ComposedMethod : PruningMethod
{
    private static readonly TensorPart[] Zeroed =
        [TensorPart.Weights, TensorPart.FirstMoment, TensorPart.SecondMoment];

    private MaskSelector? _selector;
    private long _lastStep = -1;

    /// <exception cref="SettingException">Parts that do not go together.</exception>
    public ComposedMethod(MethodParts parts)
    {
        parts.Validate();
        Parts = parts;
    }

    public MethodParts Parts { get; }

    /// <summary>
    /// That of the parts; once masks are final nothing hangs on what a pruned weight would become, and it rests.
    /// </summary>
    public override Persistence Persistence =>
        _lastStep >= Parts.Window.Stop && !Parts.Persistence.Zeroes ? Persistence.Frozen : Parts.Persistence;

    public override long? FrozenSecondMomentSteps =>
        _lastStep + 1 >= Parts.FreezeSecondMomentFrom ? Parts.FreezeSecondMomentFrom : null;

    protected MaskSelector Selector =>
        _selector ?? throw new InvalidOperationException("The method is not attached to tensors yet.");

    public override void Begin()
    {
        if (Parts.InitialCriterion is not { } initial) return;
        Selector.Score(initial, 0);
        Selector.Prune(Parts.Schedule.At(0));
        Selector.WriteMasks();
    }

    public override GradientNeed GradientNeed(long step)
    {
        bool isHidden = step <= Parts.Window.Stop && !Parts.Persistence.IsMasked;
        return isHidden || Observes(step) ? Pruning.State.GradientNeed.Dense : Pruning.State.GradientNeed.Masked;
    }

    public override bool GradientServesOptimizerAlone(long step) => !Observes(step);

    public override string? NeedsGates(long step) =>
        step > Parts.Window.Stop ? null : Parts.Criterion.NeedsGates(IsUpdate(step));

    public override void AfterBackward(long step)
    {
        if (Observes(step))
        {
            bool update = IsUpdate(step);
            for (int t = 0; t < Context.Tensors.Count; t++)
            {
                if (Parts.Criterion.NeedsGradient(update)) Parts.Criterion.Observe(t, Context.Tensors[t]);
                if (Parts.Growth?.Score.NeedsGradient(update) == true)
                    Parts.Growth.Score.Observe(t, Context.Tensors[t]);
            }
        }

        base.AfterBackward(step);
    }

    public override bool MayUpdateMasks(long step) => IsUpdate(step);

    public override bool UpdateMasks(long step)
    {
        _lastStep = step;
        if (!IsUpdate(step)) return false;
        Prune(step, Parts.Schedule.At(step));
        if (Parts.Growth is { } growth)
        {
            // What this update pruned is gone before growth: grown back at once, it starts from zero
            // (GraNet).
            ZeroPruned();
            Selector.DropAndGrow(growth, Parts.Criterion, step);
            Selector.WriteMasks();
        }

        return true;
    }

    public override void Check() => Parts.Pattern.Check();

    public override void Save(PrunerState state)
    {
        state.Put("method.step", [_lastStep]);
        Parts.Criterion.Save(state, "criterion.");
    }

    public override void Load(PrunerState state)
    {
        Span<long> step = stackalloc long[1];
        state.Get("method.step", step);
        _lastStep = step[0];
        Parts.Criterion.Load(state, "criterion.");
    }

    protected virtual bool IsUpdate(long step) => Parts.Window.IsUpdate(step) && !IsIdle(step);

    /// <summary>Selects and writes the masks for one sparsity.</summary>
    /// <exception cref="SettingException">Gradients are to rank weights, and all are zero.</exception>
    protected virtual void Prune(long step, double sparsity)
    {
        bool ranksWeights = Parts.Criterion is MagnitudeCriterion && Persistence.Returns && Parts.Hysteresis == Hysteresis.None;
        if (ranksWeights && Selector.TryPruneByMagnitude(sparsity)) return;
        Selector.Score(Parts.Criterion, step);
        if (sparsity > 0 && Parts.Criterion.RanksByGradient && !Selector.Scores.AsSpan().ContainsAnyExcept(0f))
        {
            throw new SettingException(
                "start", step, "a later step: here all gradients are zero and would rank weights by their index "
                + "(a new classifier is zero and passes none on in the first step)");
        }

        if (!Persistence.Returns) Selector.RestrictToKept();
        if (Parts.Hysteresis != Hysteresis.None) Selector.Favour(Parts.Hysteresis);
        Selector.Prune(sparsity);
        Selector.WriteMasks();
    }

    protected override void OnAttach()
    {
        Parts.Pattern.Attach(Context);
        Parts.Criterion.Attach(Context);
        Parts.Growth?.Score.Attach(Context);
        Parts.InitialCriterion?.Attach(Context);
        _selector = new MaskSelector(Context, Parts.Pattern, Parts.Distribution);
    }

    private void ZeroPruned()
    {
        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            foreach (var part in Zeroed)
                if (Context.Tensors[t].Has(part)) Context.Tensors[t].ZeroPruned(part);
        }
    }

    // Where the target is met, an update is for the exchange alone: not where that has come down to nothing, and not
    // out of turn, which would leave what grows less time to learn.
    private bool IsIdle(long step) => Parts.Growth is { } growth
        && (step > Parts.Schedule.End || Parts.Schedule.Initial == Parts.Schedule.Target)
        && (growth.Cycle.At(step) == 0 || !Parts.Window.IsRegular(step));

    private bool Observes(long step)
    {
        if (step > Parts.Window.Stop) return false;
        bool update = IsUpdate(step);
        return Parts.Criterion.NeedsGradient(update) || Parts.Growth?.Score.NeedsGradient(update) == true;
    }
}
