namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>Extents of an attention op and the places of one head in its tensors; a part is one head of one image.</summary>
internal readonly struct AttentionHeads(int t, int h, int d, int lanes, int block)
{
    public int T { get; } = t;

    public int H { get; } = h;

    public int D { get; } = d;

    /// <summary>Queries handled at a time.</summary>
    public int Block { get; } = block;

    /// <summary>T and D, rounded up to whole vectors.</summary>
    public int TPadded { get; } = (t + lanes - 1) / lanes * lanes;

    public int DPadded { get; } = (d + lanes - 1) / lanes * lanes;

    public float Scale { get; } = (float)(1 / Math.Sqrt(d));

    /// <summary>Distance between tokens in qkv [B, T, 3, H, D].</summary>
    public int TokenStride => 3 * H * D;

    /// <summary>Distance between a token's query, key and value.</summary>
    public int Channels => H * D;

    /// <summary>Keys and values packed, bias row, scores and row factors of a block.</summary>
    public long ForwardScratch => Aligned(((long)D * TPadded) + ((long)T * DPadded) + TPadded + ((long)Block * (TPadded + 1)));

    /// <summary>Values and keys packed, output gradients, queries and scores of a block.</summary>
    public long BackwardScratch =>
        Aligned(((long)D * TPadded) + ((long)T * DPadded) + (2L * Block * DPadded) + ((long)Block * TPadded));

    /// <summary>First element of the head's queries in qkv.</summary>
    public nint QueryAt(int part) => ((nint)(part / H) * T * TokenStride) + (part % H * D);

    /// <summary>First element of the head in [B, T, H * D].</summary>
    public nint OutputAt(int part) => ((nint)(part / H) * T * Channels) + (part % H * D);

    // Workers' pieces on cache lines of their own, and a vector's slack at the end.
    private static long Aligned(long floats) => (floats + 63) / 16 * 16;
}
