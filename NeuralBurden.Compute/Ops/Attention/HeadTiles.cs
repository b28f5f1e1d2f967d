namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// How attention cuts a head into tiles: Rows x Side queries by as many keys, 4 x Side x Quads channels at a time. A
/// thread (tx, ty) has rows ty + i Side, keys tx + j Side and quads of channels tx + l Side of a tile.
/// </summary>
internal interface IHeadTile
{
    /// <summary>Side x Side threads, 4 or 8.</summary>
    static abstract int Side { get; }

    /// <summary>Rows of a thread, 3 or 4.</summary>
    static abstract int Rows { get; }

    /// <summary>Quads of channels of a thread, 1 or 2.</summary>
    static abstract int Quads { get; }
}

/// <summary>16 queries, 32 channels by 16 threads: for emulation.</summary>
internal readonly struct HeadTile16x32 : IHeadTile
{
    public static int Side => 4;

    public static int Rows => 4;

    public static int Quads => 2;
}

/// <summary>32 queries, 64 channels by 64 threads.</summary>
internal readonly struct HeadTile32x64 : IHeadTile
{
    public static int Side => 8;

    public static int Rows => 4;

    public static int Quads => 2;
}

/// <summary>32 queries, 32 channels by 64 threads.</summary>
internal readonly struct HeadTile32x32 : IHeadTile
{
    public static int Side => 8;

    public static int Rows => 4;

    public static int Quads => 1;
}

/// <summary>24 queries, 64 channels by 64 threads: for 17 or 65 tokens, whose last tile of 32 would hold one.</summary>
internal readonly struct HeadTile24x64 : IHeadTile
{
    public static int Side => 8;

    public static int Rows => 3;

    public static int Quads => 2;
}

/// <summary>24 queries, 32 channels by 64 threads.</summary>
internal readonly struct HeadTile24x32 : IHeadTile
{
    public static int Side => 8;

    public static int Rows => 3;

    public static int Quads => 1;
}
