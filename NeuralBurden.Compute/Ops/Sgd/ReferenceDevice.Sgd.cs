using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SgdCore(
        in Tensor w,
        in Tensor g,
        in Tensor u,
        in Tensor decayed,
        float learningRate,
        float momentum,
        float weightDecay,
        bool nesterov)
    {
        Span<double> weights = F(w), gradients = F(g), velocity = F(u), shrinking = F(decayed);
        for (int i = 0; i < weights.Length; i++)
        {
            double gradient = gradients[i] + (weightDecay * shrinking[i]);
            velocity[i] = (momentum * velocity[i]) + gradient;
            weights[i] -= learningRate * (nesterov ? gradient + (momentum * velocity[i]) : velocity[i]);
        }

        Finish(w);
        Finish(u);
    }
}
