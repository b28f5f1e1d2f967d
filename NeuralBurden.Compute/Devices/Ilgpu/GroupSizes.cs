namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// How many threads work together, by what the device allows. Part of the device's kind: another size sums in
/// another order.
/// </summary>
/// <param name="Threads">
/// Threads of a group of the elementwise and row kernels, a power of two, at most 256.
/// </param>
/// <param name="Lanes">Threads that share a row, a power of two that divides Threads.</param>
/// <param name="TileSide">Side of the small tile, 4 or 8: tiled kernels run Side x Side threads.</param>
/// <param name="LargeTiles">Which products run groups of 256 threads with 34 KB of shared memory.</param>
internal readonly record struct GroupSizes(int Threads, int Lanes, int TileSide, LargeTiles LargeTiles)
{
    private const int LargeTileBytes = 36 * 1024;

    /// <summary>
    /// For emulated devices, where each thread of a group is a thread of the operating system and a barrier
    /// costs milliseconds: few threads, many rows.
    /// </summary>
    public static GroupSizes Emulated { get; } = new(16, 4, 4, LargeTiles.Never);

    /// <summary>Rounded factors are multiplied by whole warps: two of them, as on a GPU.</summary>
    public static GroupSizes EmulatedFor(ProductPrecision precision) =>
        precision == ProductPrecision.Float32 ? Emulated : Emulated with { TileSide = 8 };

    public static GroupSizes For(int maxThreads, long sharedBytes) => maxThreads switch
    {
        >= 256 => new(256, 32, 8, sharedBytes >= LargeTileBytes ? LargeTiles.WhereFaster : LargeTiles.Never),
        >= 64 => new(64, 16, 8, LargeTiles.Never),
        >= 16 => Emulated,
        _ => throw new NotSupportedException($"groups of {maxThreads} threads at most; 16 are needed"),
    };
}
