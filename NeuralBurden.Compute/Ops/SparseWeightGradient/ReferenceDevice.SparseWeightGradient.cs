using NeuralBurden.Compute.Ops.SparseWeightGradient;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SparseWeightGradientCore(in SparseWeightGradientArguments args)
    {
        int m = args.M;
        int rows = args.W.Rows, columns = args.W.Columns;
        Span<double> gradient = F(args.Dy), source = F(args.X), target = F(args.Dw);
        var bits = I(args.W.Bits);
        for (int at = 0; at < target.Length; at++)
        {
            double sum = 0;
            int o = at / columns, i = at % columns;
            if (((bits[at / 32] >> (at % 32)) & 1) != 0)
            {
                for (int t = 0; t < m; t++, MultiplyAdds++) sum += gradient[(t * rows) + o] * source[(t * columns) + i];
            }

            target[at] = sum;
        }

        Finish(args.Dw);
    }
}
