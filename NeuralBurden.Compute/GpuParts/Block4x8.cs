namespace NeuralBurden.Compute.GpuParts;

/// <summary>A thread's accumulators of a tile: four rows by two quads of columns, Side apart.</summary>
internal struct Block4x8
{
    public Float8 R0, R1, R2, R3;

    /// <summary>Row i *= factor i.</summary>
    public void ScaleRows(in Float4 factors)
    {
        R0.Scale(factors.A);
        R1.Scale(factors.B);
        R2.Scale(factors.C);
        R3.Scale(factors.D);
    }
}
