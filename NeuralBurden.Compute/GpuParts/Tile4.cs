namespace NeuralBurden.Compute.GpuParts;

/// <summary>16 threads: devices with small groups, such as ILGPU's CPU accelerator.</summary>
internal readonly struct Tile4 : ITile
{
    public static int Side => 4;
}
