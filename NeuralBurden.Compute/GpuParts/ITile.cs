namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// The square group of a tiled kernel: Side x Side threads. A constant of the kernel's type, so that shared
/// memory has a static size.
/// </summary>
internal interface ITile
{
    static abstract int Side { get; }
}
