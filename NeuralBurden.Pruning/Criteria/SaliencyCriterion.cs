using System.Numerics.Tensors;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>
/// score = |w dL/dw| of the step at which masks are updated: the first-order change of the loss if w went to
/// zero. SNIP uses it at initialisation (arXiv 1810.02340).
/// </summary>
public sealed class SaliencyCriterion : Criterion
{
    private PruningContext? _context;
    private float[] _scores = [];

    public override string Name => "saliency";

    public override bool NeedsGradient(bool maskUpdate) => maskUpdate;

    public override void Attach(PruningContext context)
    {
        _context = context;
        _scores = new float[context.TotalWeights];
    }

    public override void Observe(int t, PrunableTensor tensor)
    {
        var scores = _context!.Slice(_scores, t);
        TensorPrimitives.Multiply(tensor.Weights, tensor.Gradient, scores);
        TensorPrimitives.Abs(scores, scores);
    }

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores) =>
        _context!.Slice(_scores, t).CopyTo(scores);
}
