using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralBurden.Compute.Ops.SelectLargest;

/// <summary>
/// One selection of the <see cref="Keep"/> largest magnitudes of a few stretches. A sample of the elements says between which
/// two magnitudes the smallest one kept most likely lies; a sweep marks all above that band and notes down what lies in it;
/// and the exact threshold is found in there, or, where the sample was wrong, in all. So a sample changes how long a selection
/// takes and never what is selected.
/// </summary>
/// <remarks>A key is a float's bits without its sign: in order of magnitude, what is not finite above all that is.</remarks>
internal unsafe struct LargestSelection
{
    private const int LargestSample = 1 << 13;

    /// <summary>How far from its expected place in a sample an element's rank may be, in standard deviations.</summary>
    private const double Deviations = 4;

    public int First;
    public int End;
    public int Keep;

    /// <summary>The band: keys of at least Low and at most High.</summary>
    public int Low;
    public int High;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyOf(float x) => BitConverter.SingleToInt32Bits(x) & int.MaxValue;

    /// <summary>Chooses the band.</summary>
    public void Begin(float* x, SelectionStretch* stretches)
    {
        long all = 0;
        for (int s = First; s < End; s++) all += stretches[s].Count;
        (Low, High) = (int.MaxValue, int.MaxValue);
        if (Keep == 0) return;

        // A larger sample takes more time and leaves a narrower band; this many of n keep both about as short.
        double most = Math.Min(LargestSample, 1 + Math.Cbrt(3.0 * all * all));
        // An odd stride goes through all columns of a matrix whose width is a power of two.
        int stride = (int)Math.Ceiling(all / most) | 1, at = 0, count = 0;
        int* sample = stackalloc int[LargestSample];
        for (int s = First; s < End; s++)
        {
            for (; at < stretches[s].Count; at += stride) sample[count++] = KeyOf(x[stretches[s].Start + at]);
            at -= stretches[s].Count;
        }

        double share = (double)Keep / all, rank = share * count;
        double slack = (Deviations * Math.Sqrt(rank * (1 - share))) + Deviations;
        int upper = (int)(rank - slack), lower = (int)(rank + slack) + 1;
        var keys = new SelectionStretch { Keys = sample, Found = count };
        if (upper >= 1) High = Threshold(&keys, 1, upper, 0, int.MaxValue);
        Low = lower <= count ? Threshold(&keys, 1, lower, 0, High) : 0;
    }

    /// <summary>Marks what is to be kept of the band, or, where the threshold lies outside it, all anew.</summary>
    public readonly void Finish(float* x, uint* bits, SelectionStretch* stretches)
    {
        long above = 0, found = 0;
        bool isKnown = true;
        for (int s = First; s < End; s++)
        {
            above += stretches[s].Above;
            found += stretches[s].Found;
            isKnown &= stretches[s].Found >= 0;
        }

        long wanted = Keep - above;
        isKnown &= wanted >= 0 && wanted <= found;
        if (isKnown)
        {
            Mark(bits, stretches, wanted, Low, High);
            return;
        }

        for (int s = First; s < End; s++)
        {
            ref var stretch = ref stretches[s];
            new Span<uint>(bits + (stretch.Start / 32), (stretch.Count + 31) / 32).Clear();
            stretch.Found = stretch.Count;
            stretch.Keys = (int*)x + stretch.Start;
            stretch.Places = null;
        }

        Mark(bits, stretches, Keep, 0, int.MaxValue);
    }

    private readonly void Mark(uint* bits, SelectionStretch* stretches, long keep, int low, int high)
    {
        if (keep == 0) return;
        int threshold = Threshold(stretches + First, End - First, keep, low, high);
        long ties = keep - (threshold == int.MaxValue ? 0 : AtLeast(stretches + First, End - First, threshold + 1));
        for (int s = First; s < End; s++)
        {
            var stretch = stretches[s];
            for (int k = 0; k < stretch.Found; k++)
            {
                int key = stretch.Keys[k] & int.MaxValue;
                if (key < threshold || (key == threshold && ties-- <= 0)) continue;
                int i = stretch.Places is null ? stretch.Start + k : stretch.Places[k];
                bits[i / 32] |= 1u << (i % 32);
            }
        }
    }

    /// <summary>The largest key from low to high that so many elements, at least 1, reach: the one of that rank.</summary>
    private static int Threshold(SelectionStretch* stretches, int count, long rank, int low, int high)
    {
        while (low < high)
        {
            int middle = high - ((high - low) / 2);
            if (AtLeast(stretches, count, middle) >= rank) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private static long AtLeast(SelectionStretch* stretches, int count, int key)
    {
        var (below, magnitude) = (Vector256.Create(key - 1), Vector256.Create(int.MaxValue));
        long all = 0;
        for (int s = 0; s < count; s++)
        {
            int* keys = stretches[s].Keys;
            int length = stretches[s].Found, k = 0;
            var sum = Vector256<int>.Zero;
            for (; k + 8 <= length; k += 8) sum -= Vector256.GreaterThan(Vector256.Load(keys + k) & magnitude, below);
            all += Vector256.Sum(sum);
            for (; k < length; k++)
                if ((keys[k] & int.MaxValue) >= key) all++;
        }

        return all;
    }
}
