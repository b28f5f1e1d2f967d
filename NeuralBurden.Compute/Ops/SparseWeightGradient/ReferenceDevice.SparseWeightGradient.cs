using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void SparseWeightGradientCore(int m, in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dw)
    {
        int rows = w.Rows, columns = w.Columns;
        Span<double> gradient = F(dy), source = F(x), target = F(dw);
        var bits = I(w.Bits);
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

        Finish(dw);
    }
}
