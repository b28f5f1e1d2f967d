namespace NeuralBurden.Compute.GpuParts;

/// <summary>64 threads: the usual tile on GPUs, for the lean shapes of small transformers.</summary>
internal readonly struct Tile8 : IWarpTile
{
    public static int Side => 8;
}
