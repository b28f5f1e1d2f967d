namespace NeuralBurden.Compute.GpuParts;

/// <summary>A thread's 4 x 4 accumulators of a square tile, Side apart in both directions.</summary>
internal struct Block4x4
{
    public Float4 R0, R1, R2, R3;

    /// <summary>
    /// Element (row, column), for constant or loop indices: a chain of selections, no memory.
    /// </summary>
    public readonly float Get(int row, int column)
    {
        var values = row == 0 ? R0 : row == 1 ? R1 : row == 2 ? R2 : R3;
        return column == 0 ? values.A : column == 1 ? values.B : column == 2 ? values.C : values.D;
    }
}
