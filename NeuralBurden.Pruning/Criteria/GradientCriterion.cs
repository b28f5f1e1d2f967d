using System.Numerics.Tensors;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>
/// score = |dL/dw| of the step at which masks are updated; RigL's growth (arXiv 1911.11134).
/// </summary>
public sealed class GradientCriterion : Criterion
{
    private PruningContext? _context;
    private float[] _scores = [];

    public override string Name => "gradient";

    public override bool NeedsGradient(bool maskUpdate) => maskUpdate;

    public override void Attach(PruningContext context)
    {
        _context = context;
        _scores = new float[context.TotalWeights];
    }

    public override void Observe(int t, PrunableTensor tensor) =>
        TensorPrimitives.Abs(tensor.Gradient, _context!.Slice(_scores, t));

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores) =>
        _context!.Slice(_scores, t).CopyTo(scores);
}
