using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Devices;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>
/// Single-pass merging against an implementation of its formulas that shares no code and no data layout with the
/// program: lists, one image, doubles.
/// </summary>
public sealed class MatchingReferenceTests
{
    [Property(MaxTest = 150)]
    public Property A_merge_is_what_its_formulas_say() =>
        Prop.ForAll(MergeCase.Of("single-pass"), x => MergeRun.Everywhere(device => Agrees(device, x)));

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    public void Equal_tokens_merge_by_index(string device)
    {
        using var opened = MergeRun.Devices[device]();
        // Class token and 3 x 3 patches: A = 0 2 4 6 8, B = 1 3 5 7 9. All scores tie: 2 and 4 go, both to 1.
        var x = new MergeCase("single-pass", 2, 3, 3, ClassToken: true, R: 2, Seed: 0);
        float[] equal = Enumerable.Repeat(0.5f, 2 * 10 * 18).ToArray();
        int[] expected = [0, 3, 3, 4, 3, 5, 1, 6, 2, 7];

        var run = MergeRun.Of(opened, x, equal[..(2 * 10 * 6)], equal);

        Assert.Equal([.. expected, .. expected], run.Map);
    }

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    public void Two_tokens_merge_into_one(string device)
    {
        using var opened = MergeRun.Devices[device]();
        var x = new MergeCase("single-pass", 1, 1, 2, ClassToken: false, R: 1, Seed: 4);

        var run = MergeRun.Of(opened, x);

        Assert.Equal([0, 0], run.Map);
        Assert.Equal([2f], run.Sizes);
        float[] tokens = x.TokenValues;
        for (int j = 0; j < 6; j++) Assert.Equal((tokens[j] + tokens[6 + j]) / 2, run.Merged[j], 1e-6f);
    }

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    public void Keys_of_norm_zero_are_similar_to_none(string device)
    {
        using var opened = MergeRun.Devices[device]();
        // Patches 0 and 1 have opposite keys (cosine -1); patches 2 and 3 have keys of norm 0 (cosine 0): 2 merges.
        var x = new MergeCase("single-pass", 1, 1, 4, ClassToken: false, R: 1, Seed: 4);
        float[] qkv = new float[4 * 18];
        for (int j = 6; j < 12; j++) (qkv[j], qkv[18 + j]) = (1, -1);

        // Patch 0 is as similar to 3 (cosine 0) as patch 2 to 1: the lower index goes.
        Assert.Equal([2, 1, 0, 2], MergeRun.Of(opened, x, x.TokenValues, qkv).Map);
    }

    private static bool Agrees(Device device, MergeCase x)
    {
        var run = MergeRun.Of(device, x);
        for (int image = 0; image < x.Images; image++)
        {
            var (groups, values) = Expected(x, image);
            if (groups.Count != run.Left) return false;
            for (int m = 0; m < groups.Count; m++)
            {
                if (groups[m].Any(n => run.MapOf(image, x.Tokens)[n] != m)) return false;
                if (run.Sizes[(image * run.Left) + m] != groups[m].Count) return false;
                var merged = run.Merged.AsSpan(((image * run.Left) + m) * x.Shape.Dim, x.Shape.Dim);
                for (int j = 0; j < merged.Length; j++)
                {
                    if (Math.Abs(merged[j] - values[m][j]) > 1e-5) return false;
                }
            }
        }

        return true;
    }

    // Steps 1 to 5 of the method: class token and registers as they are, unmerged A, then B; the value of a group is the
    // mean of its tokens.
    private static (List<List<int>> Groups, List<double[]> Values) Expected(MergeCase x, int image)
    {
        int h = x.Shape.Heads, d = x.Shape.HeadDim, c = x.Shape.Dim;
        float[] qkv = x.QkvValues, tokens = x.TokenValues;
        double[][] keys = [.. Enumerable.Range(0, x.Tokens).Select(n => Enumerable.Range(0, d).Select(
            i => Enumerable.Range(0, h).Average(
                head => (double)qkv[(((((image * x.Tokens) + n) * 3) + 1) * c) + (head * d) + i])).ToArray())];
        int first = x.Shape.Extra;
        int[] even = [.. Enumerable.Range(first, x.Tokens - first).Where(n => n % 2 == 0)];
        int[] odd = [.. Enumerable.Range(first, x.Tokens - first).Where(n => n % 2 == 1)];
        var picks = even.Select(a => (A: a, B: odd.MaxBy(b => Cosine(a, b)))).ToList();
        var sources = picks.OrderByDescending(p => Cosine(p.A, p.B)).ThenBy(p => p.A).Take(x.R)
            .ToDictionary(p => p.A, p => p.B);
        List<List<int>> groups =
        [
            .. Enumerable.Range(0, first).Select(n => new List<int> { n }),
            .. even.Where(a => !sources.ContainsKey(a)).Select(a => new List<int> { a }),
            .. odd.Select(b => new List<int> { b }.Concat(sources.Where(s => s.Value == b).Select(s => s.Key)).ToList()),
        ];
        var values = groups.Select(group => Enumerable.Range(0, c).Select(
            j => group.Average(n => (double)tokens[(((image * x.Tokens) + n) * c) + j])).ToArray()).ToList();
        return (groups, values);

        double Cosine(int a, int b) =>
            keys[a].Zip(keys[b], (p, q) => p * q).Sum() / Math.Sqrt(keys[a].Sum(p => p * p) * keys[b].Sum(q => q * q));
    }
}
