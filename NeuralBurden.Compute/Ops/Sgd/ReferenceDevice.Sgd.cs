using NeuralBurden.Compute.Ops.Sgd;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SgdCore(in SgdArguments args)
    {
        Span<double> weights = F(args.W), gradients = F(args.G), velocity = F(args.U), shrinking = F(args.Decayed);
        for (int i = 0; i < weights.Length; i++)
        {
            double gradient = gradients[i] + (args.WeightDecay * shrinking[i]);
            velocity[i] = (args.Momentum * velocity[i]) + gradient;
            weights[i] -= args.LearningRate * (args.Nesterov ? gradient + (args.Momentum * velocity[i]) : velocity[i]);
        }

        Finish(args.W);
        Finish(args.U);
    }
}
