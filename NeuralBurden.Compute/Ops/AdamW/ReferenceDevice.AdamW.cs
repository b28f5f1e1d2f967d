using NeuralBurden.Compute.Ops.AdamW;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AdamWCore(in AdamWArguments args)
    {
        Span<double> weights = F(args.W), gradients = F(args.G), first = F(args.M), second = F(args.V);
        Span<double> shrinking = F(args.Decayed);
        double correction1 = 1 - Math.Pow(args.Options.Beta1, args.Options.Step);
        double correction2 = 1 - Math.Pow(args.Options.Beta2, args.Options.SecondStep);
        for (int i = 0; i < weights.Length; i++)
        {
            double gradient = gradients[i];
            first[i] = (args.Options.Beta1 * first[i]) + ((1.0 - args.Options.Beta1) * gradient);
            if (!args.Options.IsFrozen)
                second[i] = (args.Options.Beta2 * second[i]) + ((1.0 - args.Options.Beta2) * gradient * gradient);
            double step = first[i] / correction1 / (Math.Sqrt(second[i] / correction2) + args.Options.Epsilon);
            weights[i] -= args.Options.LearningRate * ((args.Options.WeightDecay * shrinking[i]) + step);
        }

        Finish(args.W);
        Finish(args.M);
        Finish(args.V);
    }
}
