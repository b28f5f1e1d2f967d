using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>A matrix within a view; beyond its edges it reads as 0 and swallows writes.</summary>
internal struct Panel
{
    public ArrayView<float> Data;
    public int Start, Stride, Rows, Columns;

    public readonly float At(int row, int column) =>
        row < Rows && column < Columns ? Data[Start + (row * Stride) + column] : 0;

    public readonly void Put(int row, int column, float value)
    {
        if (row < Rows && column < Columns) Data[Start + (row * Stride) + column] = value;
    }
}
