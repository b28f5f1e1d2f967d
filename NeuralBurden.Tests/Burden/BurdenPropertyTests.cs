using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Burden;

namespace NeuralBurden.Tests.Burden;

/// <summary>What every measure keeps to, whatever the network.</summary>
public class BurdenPropertyTests
{
    private static readonly Arbitrary<float[]> Loads = Arb.From(
        Gen.Choose(0, 1000).Select(n => n / 100f).NonEmptyListOf().Select(l => l.ToArray()),
        values => values.Length < 2 ? [] : [values[1..], values[..^1]]);

    private static readonly Arbitrary<int> Seeds = Arb.From(Gen.Choose(0, 1_000_000));

    [Property]
    public Property Concentration_stays_in_its_range_and_ignores_scale_and_order() => Prop.ForAll(Loads, values =>
        {
            double[] c = [.. values.Select(v => (double)v)], scaled = [.. c.Reverse().Select(v => 3 * v)];
            double? participation = Concentration.Participation(c), gini = Concentration.Gini(c);
            if (c.All(v => v == 0)) return participation is null && gini is null;
            double least = 1.0 / c.Length;
            return participation >= least - 1e-12 && participation <= 1 + 1e-12
                && gini >= 0 && gini <= 1 - least + 1e-12
                && Math.Abs(participation.Value - Concentration.Participation(scaled)!.Value) < 1e-12
                && Math.Abs(gini.Value - Concentration.Gini(scaled)!.Value) < 1e-12;
        });

    [Property]
    public Property Contribution_does_not_see_a_scale_moved_from_input_to_output() => Prop.ForAll(Seeds, seed =>
        {
            // Positive activities, as of ReLU: input weights times a make h times a, output weights are divided by a.
            var random = new Random(seed);
            float scale = 0.1f + (10 * random.NextSingle());
            float[] h = [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle())];
            double[] gains = [.. Enumerable.Range(0, 5).Select(_ => random.NextDouble() + 0.1)];
            var before = Measure(h, gains);
            var after = Measure([.. h.Select(v => scale * v)], [.. gains.Select(g => g / scale)]);
            return before.Contribution!.Zip(after.Contribution!).All(c => Math.Abs((c.Second / c.First) - 1) < 1e-5)
                && before.Rate.Zip(after.Rate).All(r => Math.Abs((r.Second / r.First) - scale) < 1e-4 * scale);
        });

    [Property]
    public Property Measures_of_units_move_with_the_units() => Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            int[] order = [.. Enumerable.Range(0, 5)];
            random.Shuffle(order);
            float[] h = [.. Enumerable.Range(0, 60).Select(_ => random.NextSingle() - 0.5f)];
            float[] weights = [.. Enumerable.Range(0, 15).Select(_ => Math.Max(0, random.NextSingle() - 0.5f))];
            double[] inputs = [1, 2, 3];
            var own = Measure(h, [1, 1, 1, 1, 1]);
            var moved = Measure(
                [.. Enumerable.Range(0, 60).Select(i => h[(i / 5 * 5) + order[i % 5]])], [1, 1, 1, 1, 1]);
            var loads = new SynapseLoads(weights, inputs, inputs);
            var permuted = new SynapseLoads([.. order.SelectMany(j => weights[(3 * j)..((3 * j) + 3)])], inputs, inputs);
            return order.Select((from, to) => moved.Rate[to] == own.Rate[from]
                && moved.Activity.Energy[to] == own.Activity.Energy[from]
                && permuted.Load[to] == loads.Load[from]).All(same => same);
        });

    [Property]
    public Property Similarity_is_one_for_rotated_units_and_at_most_one_for_any() => Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            float[][] a = [.. Enumerable.Range(0, 12).Select(_ => Row(random, 3))], b = [.. a.Select(_ => Row(random, 4))];
            var (sin, cos) = MathF.SinCos(random.NextSingle());
            float[][] rotated = [.. a.Select(r => new[] { (cos * r[0]) - (sin * r[1]), (sin * r[0]) + (cos * r[1]), r[2] })];
            return Math.Abs(Similarity.Of(a, rotated)!.Value - 1) < 1e-5 && Similarity.Of(a, b) is >= 0 and <= 1;
        });

    [Property(MaxTest = 30)]
    public Property No_rates_do_worse_than_the_actual_ones_nor_better_than_the_span() => Prop.ForAll(Seeds, seed =>
        {
            const int channels = 4, hidden = 5, tokens = 6;
            var random = new Random(seed);
            using var device = DeviceCatalog.Open("reference");
            float[] outgoing = [.. Row(random, channels * hidden).Select(w => w > 0 ? w : 0)];
            float[] h = [.. Row(random, tokens * hidden).Select(v => MathF.Max(v, -0.16f))];
            var best = new BestError(channels, hidden, images: 1, seed);
            best.Add(Row(random, tokens * channels), Row(random, tokens * channels), SiteView.Of(h, hidden, [], 1, tokens));
            var (share, span) = best.Shares(device, outgoing, [true, true, false, true, true]);
            return span >= 0 && span <= share && share <= 1;
        });

    private static float[] Row(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];

    private static UnitFigures Measure(float[] h, double[] gains)
    {
        var activity = new UnitActivity(5, classToken: false);
        activity.Add(SiteView.Of(h, 5, [], batch: 3, tokens: 4));
        activity.Finish();
        return new UnitFigures(activity, null, gains, null, 4);
    }
}
