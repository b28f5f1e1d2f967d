namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// What a thread brings of eight steps of k to <see cref="WarpSums"/>: steps p = 2 (lane % 4) and p + 1 of rows and columns
/// g = lane / 4. A: for each 16 rows (g, p), (g + 8, p), (g, p + 1), (g + 8, p + 1). B: for each 8 columns (p, g), (p + 1, g).
/// </summary>
internal struct WarpOperands
{
    public const int Words = 24, WordsOfA = 16;

    public Float4 A0, A1, A2, A3;

    /// <summary>Of two times 8 columns each.</summary>
    public Float4 B01, B23;
}
