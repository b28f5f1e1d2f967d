namespace NeuralBurden.Compute.GpuParts;

/// <summary>256 threads: large matrix products.</summary>
internal readonly struct Tile16 : ITile
{
    public static int Side => 16;
}
