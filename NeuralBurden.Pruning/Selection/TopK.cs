using NeuralBurden.Pruning.Masks;

namespace NeuralBurden.Pruning.Selection;

/// <summary>
/// Exact selection of the k largest scores under the total order (score descending, then index ascending),
/// over several segments at once. A three-pass radix histogram finds the k-th largest score: no sort, no
/// allocation.
/// </summary>
/// <remarks>
/// Strictness: with threshold tau = the largest score not kept, kept means strictly greater in the total
/// order. Where scores do not tie at tau this is 1[score &gt; tau]; where they tie, the index decides and the
/// count stays exact, so a threshold of zero never turns a tensor of zeros dense.
/// A score of negative infinity marks a unit that must not be kept.
/// </remarks>
public sealed class TopK
{
    private const int Buckets = 2048;

    // Key of the smallest finite float; negative infinity lies just below it.
    private const uint SmallestFinite = 0x00800000u;

    private readonly int[] _histogram = new int[Buckets];
    private uint _prefix;
    private int _shift;
    private uint _threshold;
    private long _ties;

    /// <summary>
    /// Marks the <paramref name="keep"/> best of one segment; <paramref name="bits"/> is overwritten.
    /// </summary>
    public void Select(ReadOnlySpan<float> scores, long keep, Span<ulong> bits)
    {
        Begin(keep);
        while (NextPass())
        {
            Count(scores);
            EndPass();
        }

        Mark(scores, bits);
    }

    /// <summary>
    /// Starts a selection over many segments: for every pass call <see cref="Count"/> for each segment, then
    /// <see cref="EndPass"/>; at the end <see cref="Mark"/> in the same order.
    /// </summary>
    public void Begin(long keep)
    {
        _ties = keep;
        _prefix = 0;
        _shift = 32;
    }

    /// <summary>Moves on to the next of three passes; false when the threshold is known.</summary>
    public bool NextPass()
    {
        if (_shift == 0) return false;
        Array.Clear(_histogram);
        _shift = _shift == 32 ? 21 : _shift == 21 ? 10 : 0;
        return true;
    }

    public void Count(ReadOnlySpan<float> scores)
    {
        // Digits: bits 31-21, 20-10, 9-0 of the key; a later pass counts only keys that share the digits
        // found so far.
        var histogram = _histogram;
        switch (_shift)
        {
            case 21:
                foreach (var score in scores) histogram[Key(score) >> 21]++;
                break;
            case 10:
                foreach (var score in scores)
                {
                    var key = Key(score);
                    if (key >> 21 == _prefix >> 21) histogram[key >> 10 & 2047]++;
                }

                break;
            default:
                foreach (var score in scores)
                {
                    var key = Key(score);
                    if (key >> 10 == _prefix >> 10) histogram[key & 1023]++;
                }

                break;
        }
    }

    public void EndPass()
    {
        // _ties = how many of the keys sharing the prefix are still to keep; walk down from the largest
        // digit.
        var digit = Buckets - 1;
        while (digit > 0 && _histogram[digit] < _ties) _ties -= _histogram[digit--];
        _prefix |= (uint)digit << _shift;
        _threshold = _prefix;
    }

    /// <summary>Writes one segment's bits; returns how many it keeps.</summary>
    public int Mark(ReadOnlySpan<float> scores, Span<ulong> bits)
    {
        bits.Clear();
        var kept = 0;
        var floor = Math.Max(_threshold, SmallestFinite);
        for (var i = 0; i < scores.Length; i++)
        {
            var key = Key(scores[i]);
            if (key < floor || (key == _threshold && _ties == 0)) continue;
            if (key == _threshold) _ties--;
            Bits.Set(bits, i);
            kept++;
        }

        return kept;
    }

    // Order-preserving bits of a float; adding zero turns -0 into +0, so the two tie.
    private static uint Key(float score)
    {
        var bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x80000000u);
    }
}
