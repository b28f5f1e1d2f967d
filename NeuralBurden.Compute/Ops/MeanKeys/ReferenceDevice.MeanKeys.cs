using NeuralBurden.Compute.Ops.MeanKeys;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MeanKeysCore(in MeanKeysArguments args)
    {
        var (b, t, h, d) = args.Extents;
        Span<double> source = F(args.Qkv), target = F(args.Keys);
        for (int token = 0; token < b * t; token++)
        {
            for (int c = 0; c < d; c++)
            {
                double sum = 0;
                for (int head = 0; head < h; head++) sum += source[(((((token * 3) + 1) * h) + head) * d) + c];
                target[(token * d) + c] = sum / h;
            }
        }

        Finish(args.Keys);
    }
}
