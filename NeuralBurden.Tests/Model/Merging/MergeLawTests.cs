using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>What every merge promises, over generated tokens, on the reference and the CPU.</summary>
public sealed class MergeLawTests
{
    private static string[] All => [.. MergingCatalog.Names];

    [Property(MaxTest = 120)]
    public Property Sizes_sum_to_the_number_of_tokens_and_dropped_ones_do_not_count() => Holds(All, (x, run) =>
    {
        int dropped = x.Kind == "drop" ? x.R : 0;
        return Enumerable.Range(0, x.Images).All(image =>
            run.Sizes.Skip(image * run.Left).Take(run.Left).Sum() == x.Tokens - dropped);
    });

    [Property(MaxTest = 120)]
    public Property Exactly_r_tokens_go_and_only_a_threshold_takes_fewer() => Holds(All, (x, run) =>
        x.Kind == "tome-threshold"
            ? run.Left >= x.Tokens - x.R && run.Left <= x.Tokens
            : run.Left == x.Tokens - x.R);

    [Property(MaxTest = 120)]
    public Property The_source_map_is_a_partition() => Holds(All, (x, run) =>
    {
        for (int image = 0; image < x.Images; image++)
        {
            int[] map = run.MapOf(image, x.Tokens).ToArray();
            int[] used = [.. map.Where(m => m >= 0).Distinct().Order()];
            // Positions are filled from the front without holes; what is left over is padding, of a ragged merge only.
            if (!used.SequenceEqual(Enumerable.Range(0, used.Length))) return false;
            if (used.Length != run.Left && x.Kind != "tome-threshold") return false;
            if (map.Count(m => m < 0) != (x.Kind == "drop" ? x.R : 0)) return false;
        }

        return true;
    });

    [Property(MaxTest = 120)]
    public Property Class_token_and_registers_stay_in_their_places_alone_and_unchanged() => Holds(All, (x, run) =>
    {
        int c = x.Shape.Dim, first = x.Shape.Extra;
        float[] tokens = x.TokenValues;
        return Enumerable.Range(0, x.Images).All(image =>
        {
            var map = run.MapOf(image, x.Tokens);
            return map[..first].SequenceEqual(Enumerable.Range(0, first).ToArray())
                && (first == 0 || !map[first..].ContainsAnyInRange(0, first - 1))
                && run.Merged.AsSpan(image * run.Left * c, first * c)
                    .SequenceEqual(tokens.AsSpan(image * x.Tokens * c, first * c));
        });
    });

    [Property(MaxTest = 120)]
    public Property The_sum_of_size_times_value_is_conserved() => Holds(MergeCase.Averaging, (x, run) =>
    {
        int c = x.Shape.Dim;
        float[] tokens = x.TokenValues;
        for (int image = 0; image < x.Images; image++)
        {
            for (int j = 0; j < c; j++)
            {
                double before = 0, after = 0;
                for (int n = 0; n < x.Tokens; n++) before += tokens[(((image * x.Tokens) + n) * c) + j];
                for (int m = 0; m < run.Left; m++)
                    after += (double)run.Sizes[(image * run.Left) + m] * run.Merged[(((image * run.Left) + m) * c) + j];
                if (Math.Abs(before - after) > 1e-4) return false;
            }
        }

        return true;
    });

    [Property(MaxTest = 120)]
    public Property Norm_preserving_merges_keep_the_mean_norm_of_their_parts() => Holds(["norm-preserving"], (x, run) =>
    {
        int c = x.Shape.Dim;
        float[] tokens = x.TokenValues;
        for (int image = 0; image < x.Images; image++)
        {
            int[] map = run.MapOf(image, x.Tokens).ToArray();
            for (int m = 0; m < run.Left; m++)
            {
                double expected = Enumerable.Range(0, x.Tokens).Where(n => map[n] == m)
                    .Average(n => Norm(tokens.AsSpan(((image * x.Tokens) + n) * c, c)));
                double actual = Norm(run.Merged.AsSpan(((image * run.Left) + m) * c, c));
                if (Math.Abs(expected - actual) > 1e-4 * Math.Max(1, expected)) return false;
            }
        }

        return true;
    });

    [Property(MaxTest = 120)]
    public Property Images_of_a_batch_do_not_influence_each_other() => Prop.ForAll(MergeCase.Of(All), x =>
        MergeRun.Everywhere(device =>
        {
            var together = MergeRun.Of(device, x);
            int values = x.Tokens * x.Shape.Dim;
            return Enumerable.Range(0, x.Images).All(image =>
            {
                var alone = MergeRun.Of(
                    device,
                    x with { Images = 1 },
                    x.TokenValues[(image * values)..((image + 1) * values)],
                    x.QkvValues[(3 * image * values)..(3 * (image + 1) * values)]);
                int real = alone.Left * x.Shape.Dim;
                return alone.Map.AsSpan().SequenceEqual(together.MapOf(image, x.Tokens))
                    && alone.Merged.AsSpan(0, real).SequenceEqual(
                        together.Merged.AsSpan(image * together.Left * x.Shape.Dim, real));
            });
        }));

    [Property(MaxTest = 120)]
    public Property Devices_agree_on_every_decision() => Prop.ForAll(MergeCase.Of(All), x =>
    {
        var runs = MergeRun.Devices.Values.Select(open =>
        {
            using var device = open();
            return MergeRun.Of(device, x);
        }).ToArray();
        return runs.All(run => run.Left == runs[0].Left && run.Map.SequenceEqual(runs[0].Map)
            && run.Merged.Zip(runs[0].Merged).All(p => Math.Abs(p.First - p.Second) < 1e-4f));
    });

    [Property(MaxTest = 120)]
    public Property Duplicated_tokens_merge_first() =>
        Prop.ForAll(MergeCase.Of(MergeCase.Bipartite), x => MergeRun.Everywhere(device =>
        {
            var source = new CaseSource((ulong)x.Seed);
            int first = x.Shape.Extra;
            int b = source.Int(first / 2, (x.Tokens / 2) - 1), a = source.Int((first + 1) / 2, (x.Tokens - 1) / 2);
            float[] qkv = x.QkvValues;
            int stride = 3 * x.Shape.Dim;
            for (int image = 0; image < x.Images; image++)
            {
                int from = ((image * x.Tokens) + (2 * b) + 1) * stride, to = ((image * x.Tokens) + (2 * a)) * stride;
                Array.Copy(qkv, from, qkv, to, stride);
            }

            var run = MergeRun.Of(device, x with { R = 1 }, x.TokenValues, qkv);
            return Enumerable.Range(0, x.Images).All(image =>
                run.MapOf(image, x.Tokens)[2 * a] == run.MapOf(image, x.Tokens)[(2 * b) + 1]);
        }));

    [Property(MaxTest = 120)]
    public Property Permuted_tokens_form_the_same_groups() => Prop.ForAll(
            MergeCase.Of([.. MergeCase.Bipartite, "tome-threshold", "pitome", "evit"]), x => MergeRun.Everywhere(device =>
        {
            // Bipartite matching knows two sets; the others know no positions at all.
            int sets = x.Kind is "pitome" or "evit" ? 1 : 2, first = x.Shape.Extra;
            int[] order = Enumerable.Range(0, x.Tokens).ToArray();
            var source = new CaseSource((ulong)x.Seed + 5);
            for (int n = x.Tokens - 1; n >= first; n--)
            {
                int other = source.Int(first, n);
                if ((n - other) % sets == 0) (order[n], order[other]) = (order[other], order[n]);
            }

            var plain = MergeRun.Of(device, x);
            var permuted = MergeRun.Of(device, x, Permute(x.TokenValues), Permute(x.QkvValues));
            return Enumerable.Range(0, x.Images).All(image =>
                permuted.Groups(image, x.Tokens, order).SetEquals(plain.Groups(image, x.Tokens)));

            float[] Permute(float[] values)
            {
                int row = values.Length / (x.Images * x.Tokens);
                float[] result = new float[values.Length];
                for (int i = 0; i < x.Images * x.Tokens; i++)
                {
                    int token = (i / x.Tokens * x.Tokens) + order[i % x.Tokens];
                    Array.Copy(values, token * row, result, i * row, row);
                }

                return result;
            }
        }));

    [Property(MaxTest = 120)]
    public Property Values_that_are_not_finite_leave_a_valid_map() => Prop.ForAll(MergeCase.Of(All), x =>
        MergeRun.Everywhere(device =>
        {
            var source = new CaseSource((ulong)x.Seed + 9);
            float[] tokens = x.TokenValues, qkv = x.QkvValues;
            for (int i = 0; i < 4; i++)
            {
                float bad = source.Pick(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f);
                tokens[source.Int(0, tokens.Length - 1)] = bad;
                qkv[source.Int(0, qkv.Length - 1)] = bad;
            }

            var run = MergeRun.Of(device, x, tokens, qkv);
            return run.Map.All(m => m >= -1 && m < run.Left) && (x.Kind == "tome-threshold" || run.Left == x.Tokens - x.R);
        }));

    private static Property Holds(string[] kinds, Func<MergeCase, MergeRun, bool> law) =>
        Prop.ForAll(MergeCase.Of(kinds), x => MergeRun.Everywhere(device => law(x, MergeRun.Of(device, x))));

    private static double Norm(ReadOnlySpan<float> row)
    {
        double squares = 0;
        foreach (float value in row) squares += (double)value * value;
        return Math.Sqrt(squares);
    }
}
