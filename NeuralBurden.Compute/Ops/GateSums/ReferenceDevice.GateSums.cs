using NeuralBurden.Compute.Ops.GateSums;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void GateSumsCore(in GateSumsArguments args)
    {
        var (m, g, w) = args.Extents;
        Span<double> a = F(args.A), da = F(args.Da), sums = F(args.Y);
        for (int group = 0; group < g; group++)
        {
            double sum = 0;
            for (int row = 0; row < m; row++)
            {
                double gate = 0;
                for (int i = 0; i < w; i++) gate += a[(((row * g) + group) * w) + i] * da[(((row * g) + group) * w) + i];
                sum += Math.Abs(gate);
            }

            sums[group] += sum;
        }

        Finish(args.Y);
    }
}
