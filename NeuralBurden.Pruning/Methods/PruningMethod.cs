using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.State;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// A pruning method as the <see cref="Pruner"/> drives it. Most are compositions
/// (<see cref="ComposedMethod"/>); a class of one's own overrides what differs. All hooks run in the order in
/// which they are declared, once per training step.
/// </summary>
public abstract class PruningMethod
{
    /// <summary>The tensors to prune and the training plan; set before <see cref="Begin"/>.</summary>
    protected PruningContext Context { get; private set; } = null!;

    /// <summary>What happens to pruned weights; may change with training.</summary>
    public abstract Persistence Persistence { get; }

    /// <summary>
    /// Optimizer steps after which Adam's second moment of the tensors was frozen: the optimizer leaves it as it is,
    /// and its bias correction where it was after as many steps (STEP, arXiv 2302.01172). Null while it is updated.
    /// </summary>
    public virtual long? FrozenSecondMomentSteps => null;

    public void Attach(PruningContext context)
    {
        Context = context;
        OnAttach();
    }

    /// <summary>Chooses the masks that training starts with.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Writes the weights that the forward pass uses, of all tensors.</summary>
    public virtual void WriteEffective() => Context.WriteEffective();

    /// <summary>Whether this step's backward pass must compute the gradient of pruned weights.</summary>
    public virtual GradientNeed GradientNeed(long step) =>
        Persistence.IsMasked ? Pruning.State.GradientNeed.Masked : Pruning.State.GradientNeed.Dense;

    /// <summary>
    /// Whether a dense gradient of this step serves the optimizer alone: no score or threshold is learned from it, so
    /// that a trainer may compute it on some steps only.
    /// </summary>
    public virtual bool GradientServesOptimizerAlone(long step) => false;

    /// <summary>
    /// Kind of the structured groups whose <see cref="IGroupGates"/> this step's backward pass must measure; null for none.
    /// </summary>
    public virtual string? NeedsGates(long step) => null;

    /// <summary>
    /// After backward, before clipping: observe gradients, learn, then hand the optimizer what it may see.
    /// </summary>
    public virtual void AfterBackward(long step)
    {
        var persistence = Persistence;
        Context.TransformGradient(persistence.IsMasked ? 0 : 1, (float)persistence.Lambda);
    }

    /// <summary>
    /// Whether <see cref="UpdateMasks"/> may decide masks anew at this step; asked before the step, so that a trainer can
    /// look at the network as it is until then.
    /// </summary>
    public virtual bool MayUpdateMasks(long step) => true;

    /// <summary>
    /// After the optimizer: updates masks. The pruner then zeroes and clears what <see cref="Persistence"/>
    /// says.
    /// </summary>
    /// <returns>Whether masks were decided anew, also if they came out the same.</returns>
    public abstract bool UpdateMasks(long step);

    /// <summary>Training has ended; masks stay as they are.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Throws when the masks break a rule of the method.</summary>
    /// <exception cref="PruningInvariantException">Names the tensor.</exception>
    public virtual void Check()
    {
    }

    public virtual void Save(PrunerState state)
    {
    }

    public virtual void Load(PrunerState state)
    {
    }

    /// <summary>Allocates and validates; <see cref="Context"/> is set.</summary>
    protected virtual void OnAttach()
    {
    }
}
