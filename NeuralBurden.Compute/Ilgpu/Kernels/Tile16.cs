namespace NeuralBurden.Compute.Ilgpu.Kernels;

/// <summary>256 threads: large matrix products.</summary>
internal readonly struct Tile16 : ITile
{
    public static int Side => 16;
}
