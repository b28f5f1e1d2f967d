using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>y[n] = sum over m of x[m, n], or y += with <paramref name="accumulate"/>: the bias gradient.</summary>
    /// <exception cref="ArgumentException">y is not [N] for x [M, N].</exception>
    public void ColumnSum(in Tensor x, in Tensor y, bool accumulate = false)
    {
        Require.Rank(this, "ColumnSum", "x", x, 2);
        Require.Floats(this, "ColumnSum", "y", y, new Shape(x.Shape[1]));
        Require.Disjoint("ColumnSum", "x", x, "y", y);
        if (y.Count > 0) ColumnSumCore(x.Shape[0], x.Shape[1], x, y, accumulate);
    }

    protected abstract void ColumnSumCore(int m, int n, in Tensor x, in Tensor y, bool accumulate);
}
