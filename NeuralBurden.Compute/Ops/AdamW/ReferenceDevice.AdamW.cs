using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AdamWCore(
        in Tensor w, in Tensor g, in Tensor m, in Tensor v, in Tensor decayed, in AdamWOptions options)
    {
        Span<double> weights = F(w), gradients = F(g), first = F(m), second = F(v), shrinking = F(decayed);
        double correction1 = 1 - Math.Pow(options.Beta1, options.Step);
        double correction2 = 1 - Math.Pow(options.Beta2, options.SecondStep);
        for (int i = 0; i < weights.Length; i++)
        {
            double gradient = gradients[i];
            first[i] = (options.Beta1 * first[i]) + ((1.0 - options.Beta1) * gradient);
            if (!options.IsFrozen)
                second[i] = (options.Beta2 * second[i]) + ((1.0 - options.Beta2) * gradient * gradient);
            double step = first[i] / correction1 / (Math.Sqrt(second[i] / correction2) + options.Epsilon);
            weights[i] -= options.LearningRate * ((options.WeightDecay * shrinking[i]) + step);
        }

        Finish(w);
        Finish(m);
        Finish(v);
    }
}
