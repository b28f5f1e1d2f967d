using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Tensors;

namespace NeuralBurden.Tests.Pruning;

/// <summary>Adam with decoupled weight decay.</summary>
internal sealed class ToyAdamW(float rate = 0.05f, float decay = 0.1f) : IToyOptimizer
{
    public void Update(PrunableTensor tensor, long step, Pruner pruner)
    {
        var w = tensor.Edit(TensorPart.Weights);
        var m = tensor.Edit(TensorPart.FirstMoment);
        var v = tensor.Edit(TensorPart.SecondMoment);
        var g = tensor.Gradient;
        float c1 = 1 - MathF.Pow(0.9f, step + 1);
        long? frozen = pruner.FrozenSecondMomentSteps;
        float c2 = 1 - MathF.Pow(0.99f, frozen ?? (step + 1));
        for (int i = 0; i < w.Length; i++)
        {
            if (pruner.DecayPruned || tensor.Mask[i]) w[i] -= rate * decay * w[i];
            m[i] = 0.9f * m[i] + 0.1f * g[i];
            if (frozen is null) v[i] = 0.99f * v[i] + 0.01f * g[i] * g[i];
            w[i] -= rate * (m[i] / c1) / (MathF.Sqrt(v[i] / c2) + 1e-6f);
        }
    }
}
