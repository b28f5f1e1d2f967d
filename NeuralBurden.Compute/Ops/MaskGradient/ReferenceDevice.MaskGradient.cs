using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MaskGradientCore(in Tensor g, in Tensor w, in Tensor mask, float prunedScale, float prunedDecay)
    {
        Span<double> gradient = F(g), weights = F(w);
        var bits = I(mask);
        for (int i = 0; i < gradient.Length; i++)
        {
            if (((bits[i / 32] >> (i % 32)) & 1) == 0)
                gradient[i] = (prunedScale * gradient[i]) + (prunedDecay * weights[i]);
        }

        Finish(g);
    }
}
