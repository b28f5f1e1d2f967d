using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>
/// Learned scores S, updated by SGD after every backward pass through the straight-through estimator:
/// S &lt;- S - lr (dL/dW_eff) W; a weight moving away from zero gains score (arXiv 2005.07683).
/// </summary>
public sealed class MovementCriterion(double learningRate) : Criterion
{
    private PruningContext? _context;
    private float[] _scores = [];

    public override string Name => "movement";

    public override bool NeedsGradient(bool maskUpdate) => true;

    public override void Attach(PruningContext context)
    {
        _context = context;
        _scores = new float[context.TotalWeights];
    }

    public override void Observe(int t, PrunableTensor tensor)
    {
        var scores = _context!.Slice(_scores, t);
        var weights = tensor.Weights;
        var gradient = tensor.Gradient;
        float rate = (float)learningRate;
        for (int i = 0; i < scores.Length; i++) scores[i] -= rate * (gradient[i] * weights[i]);
    }

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores) =>
        _context!.Slice(_scores, t).CopyTo(scores);

    public override void Save(PrunerState state, string prefix)
    {
        for (int t = 0; t < _context!.Tensors.Count; t++)
            state.Put($"{prefix}movement.{_context.Tensors[t].Name}", _context.Slice(_scores, t));
    }

    public override void Load(PrunerState state, string prefix)
    {
        for (int t = 0; t < _context!.Tensors.Count; t++)
            state.Get($"{prefix}movement.{_context.Tensors[t].Name}", _context.Slice(_scores, t));
    }
}
