using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Tensors;

namespace OwnMethod;

public sealed class RowEnergy(float epsilon) : Criterion
{
    public override string Name => "row-relative";

    public override void Score(int t, PrunableTensor tensor, long step, Span<float> scores)
    {
        for (int row = 0; row < tensor.Rows; row++)
        {
            var weights = tensor.Weights.Slice(row * tensor.Columns, tensor.Columns);
            float norm = epsilon;
            foreach (float w in weights) norm += w * w;
            for (int c = 0; c < weights.Length; c++)
                scores[row * tensor.Columns + c] = weights[c] * weights[c] / norm;
        }
    }
}
