namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sizes of the shared-memory tiles of attention; every pitch is odd, against bank conflicts.
/// </summary>
internal static class TilePitch
{
    /// <summary>Channels of q and k that are in shared memory at a time.</summary>
    public const int Depth = 16;

    /// <summary>[4 Side, Depth].</summary>
    public static int Factor<TTile>()
        where TTile : struct, ITile =>
        4 * TTile.Side * (Depth + 1);

    /// <summary>[4 Side, 4 Side].</summary>
    public static int Square<TTile>()
        where TTile : struct, ITile =>
        4 * TTile.Side * ((4 * TTile.Side) + 1);

    /// <summary>[4 Side, 8 Side].</summary>
    public static int Wide<TTile>()
        where TTile : struct, ITile =>
        4 * TTile.Side * ((8 * TTile.Side) + 1);

    /// <summary>Place of an element of a square tile.</summary>
    public static int At<TTile>(int row, int column)
        where TTile : struct, ITile =>
        (row * ((4 * TTile.Side) + 1)) + column;
}
