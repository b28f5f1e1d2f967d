using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Tests.Pruning;

/// <summary>v = momentum v + g + decay w; w -= rate v.</summary>
internal sealed class ToySgd(float rate = 0.1f, float momentum = 0.9f, float decay = 0.01f) : IToyOptimizer
{
    public void Update(PrunableTensor tensor, long step, Pruner pruner)
    {
        var w = tensor.Edit(TensorPart.Weights);
        var v = tensor.Edit(TensorPart.FirstMoment);
        var g = tensor.Gradient;
        for (int i = 0; i < w.Length; i++)
        {
            float coupled = pruner.DecayPruned || tensor.Mask[i] ? decay : 0f;
            v[i] = momentum * v[i] + g[i] + coupled * w[i];
            w[i] -= rate * v[i];
        }
    }
}
