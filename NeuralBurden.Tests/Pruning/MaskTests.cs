using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Masks;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

public sealed class MaskTests
{
    private static Arbitrary<bool[]> BitLists =>
        ArbMap.Default.ArbFor<bool[]>().Filter(bits => bits.Length > 0);

    // Few distinct values, so that ties are the rule; shrinks towards short arrays.
    private static Arbitrary<(float[] Scores, int Keep)> Selections => Arb.From(
        from length in Gen.Choose(1, 200)
        from scores in Gen.Elements(-2f, -1f, -0f, 0f, 0.5f, 1f, 3f).ArrayOf(length)
        from keep in Gen.Choose(0, length)
        select (scores, keep),
        pair => from half in (int[])[pair.Item1.Length / 2, pair.Item1.Length - 1]
                where half >= 1 && half < pair.Item1.Length
                select (pair.Item1[..half], Math.Min(pair.Item2, half)));

    [Property(MaxTest = 200)]
    public Property Mask_keeps_exactly_the_requested_count() => Prop.ForAll(Selections, selection =>
    {
        var (scores, keep) = selection;
        bool[] expected = new bool[scores.Length];
        foreach (
            int i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(
                keep))
        {
            expected[i] = true;
        }

        var mask = new Mask(1, scores.Length);
        ulong[] words = new ulong[mask.Words.Length];
        new TopK(scores.Length).Select(scores, keep, words);
        mask.Replace(words);

        return mask.Count == keep && Enumerable.Range(0, scores.Length).All(i => mask[i] == expected[i]);
    });

    [Property(MaxTest = 200)]
    public Property A_hint_never_changes_what_is_selected() => Prop.ForAll(
        Selections,
        Gen.Elements(float.NaN, float.NegativeInfinity, 0f, -0f, 1f, float.MaxValue).ToArbitrary(),
        Gen.Choose(0, 9).ToArbitrary(),
        (selection, fixedHint, rank) =>
        {
            var (scores, keep) = selection;
            var topK = new TopK(scores.Length);
            ulong[] expected = new ulong[(scores.Length + 63) / 64];
            topK.Select(scores, keep, expected);
            float near = scores.Order().ElementAt(scores.Length * rank / 10);
            return ((float[])[fixedHint, topK.Threshold, near, near * 1.02f]).All(hint =>
            {
                ulong[] words = new ulong[expected.Length];
                topK.Select(scores, keep, words, hint);
                return words.SequenceEqual(expected);
            });
        });

    [Fact]
    public void Many_equal_scores_near_the_hint_are_still_selected_in_order()
    {
        // More candidates than the selection has room for: it has to start over.
        float[] scores = Enumerable.Range(0, 5000).Select(i => 1 + i % 3 * 0.001f).ToArray();
        ulong[] words = new ulong[(scores.Length + 63) / 64];
        new TopK(scores.Length).Select(scores, 2000, words, hint: 1);
        var kept = Enumerable.Range(0, scores.Length).Where(i => (words[i / 64] >> (i % 64) & 1) != 0);
        var expected = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(2000);
        Assert.Equal(expected.Order(), kept);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(64, 13)]
    [InlineData(65, 65)]
    [InlineData(1000, 999)]
    public void All_equal_scores_keep_the_first_ones(int length, int keep)
    {
        foreach (float value in (float[])[0f, -0f, 1e-30f, -7f, float.MaxValue])
        {
            float[] scores = new float[length];
            scores.AsSpan().Fill(value);
            ulong[] words = new ulong[(length + 63) / 64];
            new TopK(scores.Length).Select(scores, keep, words);
            var mask = new Mask(1, length, full: false);
            mask.Replace(words);
            Assert.Equal(keep, mask.Count);
            for (int i = 0; i < length; i++) Assert.Equal(i < keep, mask[i]);
        }
    }

    [Fact]
    public void Excluded_scores_are_never_kept_even_when_too_few_remain()
    {
        float[] scores = [float.NegativeInfinity, -3, float.NegativeInfinity, float.MinValue];
        ulong[] words = new ulong[1];
        new TopK(scores.Length).Select(scores, 3, words);
        Assert.Equal(0b1010UL, words[0]);
    }

    [Property(MaxTest = 200)]
    public Property Count_words_and_version_follow_every_change() => Prop.ForAll(BitLists, bits =>
    {
        var mask = new Mask(1, bits.Length, full: false);
        long version = mask.Version;
        for (int i = 0; i < bits.Length; i++)
        {
            mask[i] = bits[i];
            if (bits[i]) version++;
        }

        mask.Fill(mask.Count == mask.Length);
        var restored = new Mask(1, bits.Length);
        for (int i = 0; i < bits.Length; i++) restored[i] = bits[i];
        return mask.Version >= version && restored.Count == bits.Count(bit => bit)
            && restored.Density == (double)restored.Count / bits.Length;
    });

    [Fact]
    public void An_assignment_of_the_same_content_is_no_new_version()
    {
        var mask = new Mask(3, 30);
        mask[4] = true;
        mask.Fill(true);
        mask.CopyFrom(new Mask(3, 30));
        Assert.Equal(0, mask.Version);
        mask[4] = false;
        Assert.Equal(1, mask.Version);
    }

    [Property(MaxTest = 200)]
    public Property Pack_and_unpack_are_inverse() => Prop.ForAll(BitLists, bits =>
    {
        var mask = Of(bits);
        var copy = new Mask(1, bits.Length);
        copy.Unpack(mask.Pack());
        return copy.XorCount(mask) == 0 && copy.Count == mask.Count && copy.Pack().SequenceEqual(mask.Pack());
    });

    [Fact]
    public void Corrupt_packed_masks_are_refused()
    {
        var mask = new Mask(3, 3);
        Assert.Contains("2 bytes", Assert.Throws<FormatException>(() => mask.Unpack(new byte[3])).Message);
        Assert.Contains("past its last", Assert.Throws<FormatException>(() => mask.Unpack([0, 2])).Message);
        Assert.Equal(9, mask.Count);
    }

    [Property(MaxTest = 200)]
    public Property Set_algebra_agrees_with_arrays() => Prop.ForAll(BitLists, bits =>
    {
        bool[] other = bits.Select((bit, i) => bit ^ (i % 3 == 0)).ToArray();
        Mask a = Of(bits), b = Of(other);
        bool Same(Action<Mask> change, Func<bool, bool, bool> expected)
        {
            var c = Of(bits);
            change(c);
            bool[] wanted = bits.Zip(other, expected).ToArray();
            return c.Count == wanted.Count(bit => bit) && Enumerable.Range(0, bits.Length).All(
                i => c[i] == wanted[i]);
        }

        return a.XorCount(b) == bits.Where((bit, i) => bit != other[i]).Count()
            && a.AndCount(b) == bits.Where((bit, i) => bit && other[i]).Count()
            && Same(c => c.Or(b), (x, y) => x || y)
            && Same(c => c.AndNot(b), (x, y) => x && !y);
    });

    [Fact]
    public void Applying_a_mask_selects_and_never_multiplies()
    {
        for (int length = 1; length <= 80; length++)
        {
            var mask = new Mask(1, length);
            for (int i = 0; i < length; i += 2) mask[i] = false;
            float[] source = Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.NaN : i + 0.5f).ToArray();
            float[] result = new float[length];
            mask.Apply(source, result);
            for (int i = 0; i < length; i++) Assert.Equal(i % 2 == 0 ? 0f : i + 0.5f, result[i]);
            mask.Expand(result);
            for (int i = 0; i < length; i++) Assert.Equal(i % 2 == 0 ? 0f : 1f, result[i]);
        }
    }

    [Fact]
    public void Masks_of_different_shapes_do_not_mix()
    {
        Assert.Throws<ArgumentException>(() => new Mask(2, 3).XorCount(new Mask(3, 2)));
        Assert.Throws<ArgumentException>(() => new Mask(2, 3).Replace(new ulong[2]));
        Assert.Throws<ArgumentException>(() => new Mask(2, 3).Replace([0x40]));
    }

    private static Mask Of(bool[] bits)
    {
        var mask = new Mask(1, bits.Length);
        for (int i = 0; i < bits.Length; i++) mask[i] = bits[i];
        return mask;
    }
}
