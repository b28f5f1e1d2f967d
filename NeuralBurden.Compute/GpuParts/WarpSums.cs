namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// A thread's part of the 64 x 32 elements that its warp sums, in tiles of 16 x 8 as <c>mma.m16n8k8</c> has them (PTX ISA,
/// "Matrix Fragments for mma.m16n8k8"): with g = lane / 4 and p = 2 (lane % 4), (g, p), (g, p + 1), (g + 8, p), (g + 8, p + 1).
/// </summary>
internal struct WarpSums
{
    public const int Rows = 64, Columns = 32, Words = 64;

    public WarpRow R0, R1, R2, R3;
}
