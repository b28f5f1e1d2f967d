using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.ColumnSum;

/// <summary>The elements of a matrix whose rows are <c>stride</c> apart.</summary>
internal readonly struct MatrixTerms(ArrayView<float> x, int stride) : IColumnTerms
{
    public void Add(int row, int column, ref float first, ref float second) =>
        first += x[(row * stride) + column];
}
