namespace NeuralBurden.Compute.GpuParts;

/// <summary>A thread's 4 x 4 accumulators of a square tile, Side apart in both directions.</summary>
internal struct Block4x4
{
    public Float4 R0, R1, R2, R3;
}
