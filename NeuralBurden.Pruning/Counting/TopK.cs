using System.Numerics;
using System.Runtime.Intrinsics;

namespace NeuralBurden.Pruning.Counting;

/// <summary>
/// Exact selection of the k largest scores under the total order (score descending, then index ascending),
/// over several segments at once: no sort, no allocation. Where the threshold of an earlier selection is
/// given, one vectorised pass looks for the new one close to it; otherwise a three-pass radix histogram over
/// the bits of the floats finds it.
/// </summary>
/// <remarks>
/// The earlier threshold is a hint: it changes how long the search takes and never what is found.
/// Strictness: with threshold tau = the largest score not kept, kept means strictly greater in the total
/// order. Where scores do not tie at tau this is 1[score &gt; tau]; where they tie, the index decides and the
/// count stays exact, so a threshold of zero never turns a tensor of zeros dense.
/// A score of negative infinity marks a unit that must not be kept; scores are never NaN.
/// </remarks>
public sealed class TopK
{
    private const int Buckets = 2048;

    // Key of the smallest finite float; negative infinity lies just below it.
    private const uint SmallestFinite = 0x00800000u;

    // Half-width of the band around an earlier threshold, as a share of it.
    private const float Nearness = 1f / 32;

    private const int Near = -1;

    private static readonly int Lanes = Vector256<float>.Count;

    private readonly int[] _histogram = new int[Buckets];
    private readonly float[] _candidates;
    private long _keep;
    private uint _prefix;
    private int _shift;
    private long _ties;
    private float _low;
    private float _high;
    private long _above;
    private int _found;

    /// <param name="units">Most scores that one selection will see, over all its segments.</param>
    public TopK(int units) => _candidates = new float[units / 8 + 64];

    /// <summary>
    /// The k-th largest score of the selection that was made last: the hint for the next one of its kind.
    /// </summary>
    public float Threshold { get; private set; }

    /// <summary>
    /// Marks the <paramref name="keep"/> best of one segment; <paramref name="bits"/> is overwritten.
    /// </summary>
    public void Select(ReadOnlySpan<float> scores, long keep, Span<ulong> bits, float hint = float.NaN)
    {
        Begin(keep, hint);
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
    /// <param name="keep">Units to keep.</param>
    /// <param name="hint">Where the threshold may lie, or NaN.</param>
    public void Begin(long keep, float hint = float.NaN)
    {
        _keep = keep;
        StartHistogram(keep);
        if (!float.IsFinite(hint)) return;
        float width = MathF.Abs(hint) * Nearness;
        (_low, _high) = (hint - width, hint + width);
        _shift = Near;
    }

    /// <summary>Moves on to the next pass; false when the threshold is known.</summary>
    public bool NextPass()
    {
        if (_shift == 0) return false;
        if (_shift == Near)
        {
            (_above, _found) = (0, 0);
            return true;
        }

        Array.Clear(_histogram);
        _shift = _shift == 32 ? 21 : _shift == 21 ? 10 : 0;
        return true;
    }

    public void Count(ReadOnlySpan<float> scores)
    {
        // Digits: bits 31-21, 20-10, 9-0 of the key; a later pass counts only keys that share the digits
        // found so far.
        int[] histogram = _histogram;
        switch (_shift)
        {
            case Near:
                CollectNear(scores);
                break;
            case 21:
                foreach (float score in scores) histogram[Key(score) >> 21]++;
                break;
            case 10:
                foreach (float score in scores)
                {
                    uint key = Key(score);
                    if (key >> 21 == _prefix >> 21) histogram[key >> 10 & 2047]++;
                }

                break;
            default:
                foreach (float score in scores)
                {
                    uint key = Key(score);
                    if (key >> 10 == _prefix >> 10) histogram[key & 1023]++;
                }

                break;
        }
    }

    public void EndPass()
    {
        if (_shift == Near)
        {
            EndNear();
            return;
        }

        // _ties = how many of the keys sharing the prefix are still to keep; walk down from the largest
        // digit.
        int digit = Buckets - 1;
        while (digit > 0 && _histogram[digit] < _ties) _ties -= _histogram[digit--];
        _prefix |= (uint)digit << _shift;
        if (_shift == 0) Threshold = Value(_prefix);
    }

    /// <summary>Writes one segment's bits; returns how many it keeps.</summary>
    public int Mark(ReadOnlySpan<float> scores, Span<ulong> bits)
    {
        bits.Clear();
        int kept = 0;
        var threshold = Vector256.Create(Threshold);
        int i = 0;
        for (; i + Lanes <= scores.Length; i += Lanes)
        {
            var x = Vector256.Create(scores.Slice(i, Lanes));
            uint chosen = Vector256.GreaterThan(x, threshold).ExtractMostSignificantBits();
            if (_ties > 0) chosen |= Tied(Vector256.Equals(x, threshold).ExtractMostSignificantBits());
            if (chosen == 0) continue;
            bits[i >> 6] |= (ulong)chosen << (i & 63);
            kept += BitOperations.PopCount(chosen);
        }

        for (; i < scores.Length; i++)
        {
            bool tied = scores[i] == Threshold && _ties > 0;
            if (tied) _ties--;
            if (!tied && !(scores[i] > Threshold)) continue;
            bits[i >> 6] |= 1UL << (i & 63);
            kept++;
        }

        return kept;
    }

    private void StartHistogram(long keep) => (_ties, _prefix, _shift) = (keep, 0, 32);

    // The first of the lanes that tie with the threshold, as long as there are ties to keep.
    private uint Tied(uint lanes)
    {
        uint chosen = 0;
        for (; lanes != 0 && _ties > 0; lanes &= lanes - 1, _ties--) chosen |= lanes & (0 - lanes);
        return chosen;
    }

    // Counts the scores above the band and gathers those in it; stops gathering when they are too many.
    private void CollectNear(ReadOnlySpan<float> scores)
    {
        var (low, high) = (Vector256.Create(_low), Vector256.Create(_high));
        int i = 0;
        for (; i + Lanes <= scores.Length && _found <= _candidates.Length - Lanes; i += Lanes)
        {
            var x = Vector256.Create(scores.Slice(i, Lanes));
            uint above = Vector256.GreaterThan(x, high).ExtractMostSignificantBits();
            _above += BitOperations.PopCount(above);
            uint inside = Vector256.GreaterThanOrEqual(x, low).ExtractMostSignificantBits() & ~above;
            for (; inside != 0; inside &= inside - 1)
                _candidates[_found++] = scores[i + BitOperations.TrailingZeroCount(inside)];
        }

        for (; i < scores.Length && _found < _candidates.Length; i++)
        {
            if (scores[i] > _high) _above++;
            else if (scores[i] >= _low) _candidates[_found++] = scores[i];
        }
    }

    // The threshold lies in the band exactly when fewer than keep scores lie above it and enough in it; a
    // full buffer means that some may be missing.
    private void EndNear()
    {
        long wanted = _keep - _above;
        bool all = _found < _candidates.Length - Lanes;
        if (!all || wanted < 1 || wanted > _found)
        {
            StartHistogram(_keep);
            return;
        }

        StartHistogram(wanted);
        while (NextPass())
        {
            Count(_candidates.AsSpan(0, _found));
            EndPass();
        }
    }

    // Order-preserving bits of a float; adding zero turns -0 into +0, so the two tie.
    private static uint Key(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x80000000u);
    }

    // The float of a key. Nothing to keep leaves the largest key, a NaN that no score reaches; more to keep
    // than there are finite scores, minus infinity, which all of these exceed.
    private float Value(uint key)
    {
        if (key < SmallestFinite)
        {
            _ties = 0;
            return float.NegativeInfinity;
        }

        return BitConverter.UInt32BitsToSingle((int)key < 0 ? key ^ 0x80000000u : ~key);
    }
}
