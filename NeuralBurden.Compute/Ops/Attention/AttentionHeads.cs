using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// Extents of an attention op and the places of one head in its tensors; a part is a few heads, one after the other.
/// </summary>
internal readonly unsafe struct AttentionHeads(int b, int t, int h, int d, int lanes)
{
    // Up to this many tokens, all queries of a head are one block.
    private const int SmallT = 132;

    // Larger blocks' scores stay in the second cache level for any number of keys up to 1,000.
    private const int LargeBlock = 96;

    private const int MostParts = 64;

    public int T { get; } = t;

    public int H { get; } = h;

    public int D { get; } = d;

    /// <summary>Queries handled at a time.</summary>
    public int Block { get; } = t <= SmallT ? t : LargeBlock;

    /// <summary>Heads of all images.</summary>
    public int Count { get; } = b * h;

    /// <summary>Heads of a part: with several, the memory of the next one is fetched while one is computed.</summary>
    public int PerPart { get; } = Math.Max(1, b * h / MostParts);

    public int Parts => (Count + PerPart - 1) / PerPart;

    /// <summary>T and D, rounded up to whole vectors.</summary>
    public int TPadded { get; } = (t + lanes - 1) / lanes * lanes;

    public int DPadded { get; } = (d + lanes - 1) / lanes * lanes;

    public float Scale { get; } = (float)(1 / Math.Sqrt(d));

    /// <summary>Distance between tokens in qkv [B, T, 3, H, D].</summary>
    public int TokenStride => 3 * H * D;

    /// <summary>Distance between a token's query, key and value.</summary>
    public int Channels => H * D;

    /// <summary>Keys and values packed, bias row, scores, row factors and a vector a row of a block.</summary>
    public long ForwardScratch =>
        Aligned(((long)D * TPadded) + ((long)T * DPadded) + TPadded + ((long)Block * (TPadded + lanes + 1)));

    /// <summary>Values and keys packed, output gradients, queries, scores and row sums of a block.</summary>
    public long BackwardScratch =>
        Aligned(((long)D * TPadded) + ((long)T * DPadded) + (2L * Block * DPadded) + ((long)Block * (TPadded + 1)));

    /// <summary>First element of the head's queries in qkv.</summary>
    public nint QueryAt(int head) => ((nint)(head / H) * T * TokenStride) + (head % H * D);

    /// <summary>First element of the head in [B, T, H * D].</summary>
    public nint OutputAt(int head) => ((nint)(head / H) * T * Channels) + (head % H * D);

    /// <summary>The queries, keys and values of a head, or their gradients, to be fetched while another is computed.</summary>
    public RowPrefetch QkvAhead(float* qkv, int head) =>
        T <= SmallT ? new(qkv + QueryAt(head), T, TokenStride, D, 3, Channels) : default;

    /// <summary>The same for the head's rows of [B, T, H * D].</summary>
    public RowPrefetch OutputAhead(float* output, int head) =>
        T <= SmallT ? new(output + OutputAt(head), T, Channels, D) : default;

    /// <summary>The head's probabilities.</summary>
    public RowPrefetch ProbabilitiesAhead(float* probabilities, int head) =>
        T <= SmallT ? new(probabilities + ((nint)head * T * T), T, T, T) : default;

    // Workers' pieces on cache lines of their own, and a vector's slack at the end.
    private static long Aligned(long floats) => (floats + 63) / 16 * 16;
}
