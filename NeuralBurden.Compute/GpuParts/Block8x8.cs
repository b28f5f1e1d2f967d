using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// A thread's 8 x 8 accumulators of a tile of 8 Side x 8 Side: rows 4 ty to 4 ty + 3 of either half of the tile, columns
/// likewise, so that shared memory is read four words at a time.
/// </summary>
internal struct Block8x8
{
    public Float8 R0, R1, R2, R3, R4, R5, R6, R7;

    /// <summary>
    /// this += the outer product of one step of k: rows[at] and rows[at + half] by columns[at] and columns[at + half].
    /// </summary>
    public void AddStep(ArrayView<Float4> rows, ArrayView<Float4> columns, int at, int half)
    {
        Float4 left = rows[at], right = columns[at], right2 = columns[at + half];
        R0.AddScaled(left.A, right, right2);
        R1.AddScaled(left.B, right, right2);
        R2.AddScaled(left.C, right, right2);
        R3.AddScaled(left.D, right, right2);
        left = rows[at + half];
        R4.AddScaled(left.A, right, right2);
        R5.AddScaled(left.B, right, right2);
        R6.AddScaled(left.C, right, right2);
        R7.AddScaled(left.D, right, right2);
    }
}
