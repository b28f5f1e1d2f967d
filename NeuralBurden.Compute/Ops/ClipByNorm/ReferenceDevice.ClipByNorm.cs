using NeuralBurden.Compute.Ops.ClipByNorm;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ClipByNormCore(in ClipByNormArguments args)
    {
        var values = F(args.G);
        double squares = 0;
        foreach (double value in F(args.Counted)) squares += value * value;
        double length = Math.Sqrt(squares);
        F(args.Norm)[0] = length;
        if (double.IsFinite(length) && length > args.Maximum)
        {
            foreach (ref double value in values) value *= args.Maximum / length;
        }

        Finish(args.Norm);
        Finish(args.G);
    }
}
