using NeuralBurden.Compute.Ops.ColumnSum;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ColumnSumCore(in ColumnSumArguments args)
    {
        var (m, n) = args.Extents;
        Span<double> source = F(args.X), target = F(args.Y);
        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int i = 0; i < m; i++) sum += source[(i * n) + j];
            target[j] = args.Accumulate ? target[j] + sum : sum;
        }

        Finish(args.Y);
    }
}
