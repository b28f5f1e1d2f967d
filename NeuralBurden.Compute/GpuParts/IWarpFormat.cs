namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// How a warp multiplies: the format to which factors are rounded; sums are float32. On a CUDA device <see cref="AddStep"/> is
/// instructions of its tensor cores, on ILGPU's emulation <see cref="WarpEmulation"/>. There is nothing in its place for OpenCL.
/// </summary>
internal interface IWarpFormat
{
    /// <summary>
    /// sums + A B, A [64, 8] and B [8, 32], for all threads of a group at once, each with its part; after <see
    /// cref="WarpEmulation.Begin"/>.
    /// </summary>
    static abstract WarpSums AddStep(WarpSums sums, WarpOperands operands);

    /// <summary>A factor as it is multiplied.</summary>
    static abstract float Round(float value);

    /// <summary>
    /// Which of the four lanes of a row has step k of the instruction's eight, and as which of its two words. It is the
    /// instruction's own order, which need not be that of the panel: only A's and B's must be the same.
    /// </summary>
    static abstract (int Lane, int Word) PlaceOf(int k);
}
