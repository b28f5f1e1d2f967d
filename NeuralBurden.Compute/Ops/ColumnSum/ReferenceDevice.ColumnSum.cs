using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ColumnSumCore(int m, int n, in Tensor x, in Tensor y, bool accumulate)
    {
        Span<double> source = F(x), target = F(y);
        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int i = 0; i < m; i++) sum += source[(i * n) + j];
            target[j] = accumulate ? target[j] + sum : sum;
        }

        Finish(y);
    }
}
