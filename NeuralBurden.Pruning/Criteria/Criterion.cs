using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>
/// Scores weights; the highest stay (or grow). A criterion may watch gradients: <see cref="Observe"/> is
/// called after every backward pass that <see cref="NeedsGradient"/> asked for, before the gradient is
/// masked.
/// </summary>
/// <remarks>
/// Scores must be finite; ties are broken by index. A criterion is equivariant: permuting the weights (and
/// gradients) permutes the scores, unless it says that it is random.
/// </remarks>
public abstract class Criterion
{
    public abstract string Name { get; }

    /// <summary>Whether scores depend on the position of a weight as well as on its values.</summary>
    public virtual bool IsRandom => false;

    /// <summary>
    /// Whether a dense gradient is needed at a step at which masks are, or are not, updated.
    /// </summary>
    public virtual bool NeedsGradient(bool maskUpdate) => false;

    /// <summary>
    /// Kind of the structured groups whose <see cref="IGroupGates"/> are needed at a step at which masks are, or are not,
    /// updated; null for none.
    /// </summary>
    public virtual string? NeedsGates(bool maskUpdate) => null;

    /// <summary>Whether scores of a mask update come from gradients, so that all are zero where those are.</summary>
    public bool RanksByGradient => NeedsGradient(maskUpdate: true) || NeedsGates(maskUpdate: true) != null;

    /// <summary>Called once, before training; allocates what the criterion remembers.</summary>
    public virtual void Attach(PruningContext context)
    {
    }

    /// <summary>dL/d(effective) of tensor t is current and still dense.</summary>
    public virtual void Observe(int t, PrunableTensor tensor)
    {
    }

    /// <summary>scores[i] = worth of weight i, [rows x columns].</summary>
    public abstract void Score(int t, PrunableTensor tensor, long step, Span<float> scores);

    public virtual void Save(PrunerState state, string prefix)
    {
    }

    public virtual void Load(PrunerState state, string prefix)
    {
    }
}
