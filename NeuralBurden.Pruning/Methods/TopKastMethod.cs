using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// Top-KAST (arXiv 2106.03517): forward with the top-D weights A, gradients to a larger top set B. With L2
/// strength r, g &lt;- g + r w on A, g + (r / D) w on B minus A, and 0 outside B, whose weights rest as they
/// are (moments cleared).
/// </summary>
public sealed class TopKastMethod : ComposedMethod
{
    private static readonly TensorPart[] Moments = [TensorPart.FirstMoment, TensorPart.SecondMoment];

    private readonly double _explore;
    private readonly double _penalty;
    private Mask[] _updated = [];
    private Mask[] _resting = [];

    /// <param name="parts">A constant schedule at sparsity 1 - D; weights return by score.</param>
    /// <param name="explore">B has density D + explore (1 - D).</param>
    /// <param name="penalty">L2 strength r.</param>
    public TopKastMethod(MethodParts parts, double explore, double penalty)
        : base(parts with { Persistence = new Persistence(1, 0, DecayPruned: false) })
    {
        _explore = explore;
        _penalty = penalty;
    }

    public override void Begin() => Prune(0, Parts.Schedule.At(0));

    public override void AfterBackward(long step)
    {
        double density = 1 - Parts.Schedule.Target;
        for (int t = 0; t < Context.Tensors.Count; t++)
        {
            var tensor = Context.Tensors[t];
            var gradient = tensor.Edit(TensorPart.Gradient);
            var weights = tensor.Weights;
            float kept = (float)_penalty, explored = (float)(_penalty / density);
            for (int i = 0; i < gradient.Length; i++)
            {
                if (MaskWords.Get(tensor.Mask.Words, i)) gradient[i] += kept * weights[i];
                else if (MaskWords.Get(_updated[t].Words, i)) gradient[i] += explored * weights[i];
                else gradient[i] = 0f;
            }

            tensor.Commit(TensorPart.Gradient);
        }
    }

    public override void Save(PrunerState state)
    {
        base.Save(state);
        for (int t = 0; t < _updated.Length; t++)
            state.Put($"topkast.{Context.Tensors[t].Name}", _updated[t].Pack().AsSpan());
    }

    public override void Load(PrunerState state)
    {
        base.Load(state);
        for (int t = 0; t < _updated.Length; t++)
            _updated[t].Unpack(state.Get($"topkast.{Context.Tensors[t].Name}"));
    }

    public override void Check()
    {
        base.Check();
        for (int t = 0; t < _updated.Length; t++)
        {
            var mask = Context.Tensors[t].Mask;
            if (mask.AndCount(_updated[t]) == mask.Count) continue;
            throw new PruningInvariantException($"Tensor '{Context.Tensors[t].Name}': A is not within B.");
        }
    }

    protected override void OnAttach()
    {
        base.OnAttach();
        _updated = [.. Context.Tensors.Select(tensor => new Mask(tensor.Rows, tensor.Columns))];
        _resting = [.. Context.Tensors.Select(tensor => new Mask(tensor.Rows, tensor.Columns))];
    }

    protected override void Prune(long step, double sparsity)
    {
        // The larger set first: it is read from the masks before the smaller one is written over it.
        // The last update leaves nothing to explore for.
        base.Prune(step, step < Parts.Window.Stop ? sparsity * (1 - _explore) : sparsity);
        for (int t = 0; t < _updated.Length; t++) _updated[t].CopyFrom(Context.Tensors[t].Mask);
        base.Prune(step, sparsity);
        for (int t = 0; t < _updated.Length; t++)
        {
            _updated[t].Or(Context.Tensors[t].Mask);
            _resting[t].Fill(true);
            _resting[t].AndNot(_updated[t]);
            foreach (var part in Moments)
                if (Context.Tensors[t].Has(part)) Context.Tensors[t].ZeroAt(part, _resting[t].Words);
        }
    }
}
