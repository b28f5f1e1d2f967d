namespace NeuralBurden.Compute.GpuParts;

/// <summary>256 threads: large matrix products.</summary>
internal readonly struct Tile16 : IWarpTile
{
    public static int Side => 16;
}
