namespace NeuralBurden.Compute.Ops.SelectLargest;

/// <summary>A part of one segment, which one thread looks through, and what it found.</summary>
internal unsafe struct SelectionStretch
{
    /// <summary>Elements of a stretch, a multiple of 32: no two share a word of bits.</summary>
    public const int Length = 1 << 14;

    /// <summary>
    /// Of the elements that a stretch may find near the threshold; with more of them its selection takes the longer way.
    /// </summary>
    public const int Room = Length / 4;

    public int Start;
    public int Count;
    public int Selection;

    /// <summary>Elements above the band.</summary>
    public int Above;

    /// <summary>Elements in the band; -1 where there was no room for them.</summary>
    public int Found;
    public int NonFinite;

    /// <summary>Which elements are in the band, ascending, and their keys.</summary>
    public int* Places;
    public int* Keys;
}
