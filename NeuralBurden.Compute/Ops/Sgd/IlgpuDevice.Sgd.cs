using NeuralBurden.Compute.Ops.Sgd;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void SgdCore(in SgdArguments args)
    {
        var op = new SgdStep(
            F(args.W),
            F(args.G),
            F(args.U),
            F(args.Decayed),
            args.LearningRate,
            args.Momentum,
            args.WeightDecay,
            Flag(args.Nesterov));
        Each(op, args.W.Count);
    }
}
