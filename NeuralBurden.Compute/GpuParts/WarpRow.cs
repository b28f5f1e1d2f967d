namespace NeuralBurden.Compute.GpuParts;

/// <summary>A thread's part of 16 x 32 elements that a warp sums, in four tiles of 16 x 8; see <see cref="WarpSums"/>.</summary>
internal struct WarpRow
{
    public Float4 C0, C1, C2, C3;
}
