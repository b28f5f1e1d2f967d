using System.Numerics.Tensors;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Pruning.Criteria;

/// <summary>score = |w|.</summary>
public sealed class MagnitudeCriterion : Criterion
{
    public override string Name => "magnitude";

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores) =>
        TensorPrimitives.Abs(tensor.Weights, scores);
}
