using System.Numerics;
using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.SelectLargest;

/// <summary>Bands of all selections, one a part.</summary>
internal unsafe struct BeginSelectionsJob : IJob
{
    public float* X;
    public SelectionStretch* Stretches;
    public LargestSelection* Selections;

    public readonly void Run(int part, int worker) => Selections[part].Begin(X, Stretches);
}

/// <summary>The sweep over all elements, a stretch a part: the one pass over x that a selection usually takes.</summary>
internal unsafe struct SweepStretchesJob : IJob
{
    // Elements of a word of bits, and vectors of it.
    private const int Word = 32, Vectors = Word / 8;

    private const int LargestFinite = 0x7f7fffff;

    public float* X;
    public uint* Bits;
    public SelectionStretch* Stretches;
    public LargestSelection* Selections;

    public readonly void Run(int part, int worker)
    {
        var stretch = Stretches[part];
        var band = Selections[stretch.Selection];
        var (below, high) = (Vector256.Create(band.Low - 1), Vector256.Create(band.High));
        var magnitude = Vector256.Create(int.MaxValue);
        var nonFinite = Vector256<int>.Zero;
        float* x = X + stretch.Start;
        uint* bits = Bits + (stretch.Start / Word);
        int above = 0, found = 0, i = 0;
        bool fits = true;
        for (; i + Word <= stretch.Count; i += Word)
        {
            uint over = 0, atLeast = 0;
            for (int v = 0; v < Vectors; v++)
            {
                var key = Vector256.Load((int*)x + i + (8 * v)) & magnitude;
                over |= Vector256.GreaterThan(key, high).ExtractMostSignificantBits() << (8 * v);
                atLeast |= Vector256.GreaterThan(key, below).ExtractMostSignificantBits() << (8 * v);
                nonFinite -= Vector256.GreaterThan(key, Vector256.Create(LargestFinite));
            }

            bits[i / Word] = over;
            above += BitOperations.PopCount(over);
            uint inside = atLeast & ~over;
            if (inside == 0) continue;
            fits &= found <= SelectionStretch.Room - Word;
            if (!fits) continue;
            for (; inside != 0; inside &= inside - 1, found++)
            {
                int place = i + BitOperations.TrailingZeroCount(inside);
                (stretch.Places[found], stretch.Keys[found]) = (stretch.Start + place, LargestSelection.KeyOf(x[place]));
            }
        }

        int bad = Vector256.Sum(nonFinite);
        if (i < stretch.Count) bits[i / Word] = 0;
        fits &= found <= SelectionStretch.Room - Word;
        for (; i < stretch.Count; i++)
        {
            int key = LargestSelection.KeyOf(x[i]);
            if (key > LargestFinite) bad++;
            if (key > band.High)
            {
                bits[i / Word] |= 1u << (i % Word);
                above++;
            }
            else if (key >= band.Low && fits)
            {
                (stretch.Places[found], stretch.Keys[found]) = (stretch.Start + i, key);
                found++;
            }
        }

        (Stretches[part].Above, Stretches[part].Found, Stretches[part].NonFinite) = (above, fits ? found : -1, bad);
    }
}

/// <summary>What is kept of the bands of all selections, one a part.</summary>
internal unsafe struct FinishSelectionsJob : IJob
{
    public float* X;
    public uint* Bits;
    public SelectionStretch* Stretches;
    public LargestSelection* Selections;

    public readonly void Run(int part, int worker) => Selections[part].Finish(X, Bits, Stretches);
}
