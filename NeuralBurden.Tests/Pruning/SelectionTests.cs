using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Criteria;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

public sealed class SelectionTests
{
    private sealed record Case(int[] Sizes, int Seed, double Sparsity)
    {
        public HostPrunableTensor[] Tensors =>
            [.. Sizes.Select((size, t) => Toys.Tensor($"t{t}", 1 + size % 5, 1 + size / 5, Seed + t, 1 + t))];
    }

    private static Arbitrary<Case> Cases => Arb.From(
        from count in Gen.Choose(1, 4)
        from sizes in Gen.Choose(0, 120).ArrayOf(count)
        from seed in Gen.Choose(0, 10_000)
        from sparsity in Gen.Elements(0, 0.1, 0.5, 0.77, 0.9, 0.95, 0.995, 1)
        select new Case(sizes, seed, sparsity),
        c => (c.Sizes.Length > 1
        ? new[] { c with { Sizes = c.Sizes[1..] }, c with { Sizes = c.Sizes[..^1] } } : [])
            .Concat(c.Sizes.Any(
                size => size > 0) ? [c with { Sizes = [.. c.Sizes.Select(size => size / 2)] }] : []));

    private static void Select(
        IReadOnlyList<PrunableTensor> tensors, Distribution distribution, double sparsity)
    {
        var context = new PruningContext(tensors, [], 10, 3);
        var pattern = new UnstructuredPattern();
        pattern.Attach(context);
        var selector = new MaskSelector(context, pattern, distribution);
        selector.Score(new MagnitudeCriterion(), 0);
        selector.Prune(sparsity);
        selector.WriteMasks();
    }

    [Property(MaxTest = 150)]
    public Property Global_equals_uniform_and_erk_where_there_is_one_tensor() => Prop.ForAll(Cases, c =>
        {
            string Mask(Distribution distribution)
            {
                var tensor = (c with { Sizes = c.Sizes[..1] }).Tensors[0];
                Select([tensor], distribution, c.Sparsity);
                return Toys.Text(tensor);
            }

            return Mask(new GlobalDistribution()) == Mask(new UniformDistribution())
                && Mask(new UniformDistribution()) == Mask(new ErkDistribution());
        });

    [Property(MaxTest = 150)]
    public Property Global_selection_is_the_sorted_one_when_no_layer_is_near_empty() => Prop.ForAll(Cases, c =>
        {
            var tensors = c.Tensors;
            Select(tensors, new GlobalDistribution(), c.Sparsity);
            var all = tensors.SelectMany((tensor, t) => Enumerable.Range(0, tensor.Count)
                .Select(i => (t, i, Score: MathF.Abs(tensor.Weights[i])))).ToArray();
            var kept = all.Where(entry => tensors[entry.t].Mask[entry.i]).ToArray();
            int[] least = tensors.Select(tensor => KeepCount.Minimum(tensor.Count, c.Sparsity)).ToArray();
            bool exact = kept.Length == Math.Max(KeepCount.Of(all.Length, c.Sparsity), least.Sum());

            // Only in layers held at their least may something smaller than a dropped weight elsewhere stay.
            var free = kept.Where(entry => tensors[entry.t].Mask.Count > least[entry.t]).ToArray();
            var dropped = all.Where(entry => !tensors[entry.t].Mask[entry.i]).ToArray();
            return exact && tensors.Select((tensor, t) => tensor.Mask.Count >= least[t]).All(enough => enough)
                && (free.Length == 0 || dropped.Length == 0
                    || free.Min(entry => entry.Score) >= dropped.Max(entry => entry.Score));
        });

    [Property(MaxTest = 150)]
    public Property Magnitude_masks_are_equivariant_under_permutation_and_invariant_under_scale() => Prop.ForAll(Cases, c =>
        {
            foreach (
                var distribution in (Distribution[])[new GlobalDistribution(), new UniformDistribution()])
            {
                var plain = c.Tensors;
                Select(plain, distribution, c.Sparsity);

                var scaled = c.Tensors;
                foreach (var tensor in scaled)
                    foreach (ref float w in tensor.Edit(TensorPart.Weights)) w *= 0.25f;
                Select(scaled, distribution, c.Sparsity);
                if (!plain.Zip(scaled).All(pair => pair.First.Mask.XorCount(pair.Second.Mask) == 0))
                    return false;

                var reversed = c.Tensors;
                foreach (var tensor in reversed) tensor.Edit(TensorPart.Weights).Reverse();
                Select(reversed, distribution, c.Sparsity);
                foreach (var (a, b) in plain.Zip(reversed))
                    if (Toys.Text(a) != string.Concat(Toys.Text(b).Reverse())) return false;
            }

            return true;
        });

    [Property(MaxTest = 200)]
    public Property A_normalised_global_selection_ranks_each_weight_over_the_norm_of_its_matrix() =>
        Prop.ForAll(Cases, c =>
        {
            // Powers of two scale exactly, so that the masks must be the very same.
            var tensors = c.Tensors;
            for (int t = 0; t < tensors.Length; t++)
                foreach (ref float w in tensors[t].Edit(TensorPart.Weights)) w *= MathF.Pow(2, (t * 5) - 7);
            Select(tensors, new GlobalDistribution(normalised: true), c.Sparsity);
            var plain = c.Tensors;
            Select(plain, new GlobalDistribution(normalised: true), c.Sparsity);
            if (!plain.Zip(tensors).All(pair => pair.First.Mask.XorCount(pair.Second.Mask) == 0)) return false;

            var all = plain.SelectMany((tensor, t) => Enumerable.Range(0, tensor.Count)
                .Select(i => (t, i, Score: MathF.Abs(tensor.Weights[i]) / Norm(tensor)))).ToArray();
            int[] least = plain.Select(tensor => KeepCount.Minimum(tensor.Count, c.Sparsity)).ToArray();
            var free = all.Where(e => plain[e.t].Mask[e.i] && plain[e.t].Mask.Count > least[e.t]).ToArray();
            var dropped = all.Where(e => !plain[e.t].Mask[e.i]).ToArray();
            return free.Length == 0 || dropped.Length == 0
                || free.Min(e => e.Score) >= dropped.Max(e => e.Score);

            static float Norm(PrunableTensor tensor)
            {
                double squares = 0;
                foreach (float w in tensor.Weights) squares += (double)w * w;
                return squares > 0 ? (float)Math.Sqrt(squares) : 1;
            }
        });

    [Fact]
    public void A_small_layer_keeps_its_half_percent_under_a_global_threshold()
    {
        var large = Toys.Tensor("large", 40, 50, 1);
        var small = Toys.Tensor("small", 20, 30, 2, 1e-6f);
        Select([large, small], new GlobalDistribution(), 0.9);
        Assert.Equal(3, small.Mask.Count);
        Assert.Equal(260 - 3, large.Mask.Count);
    }

    [Fact]
    public void Erk_meets_the_total_and_makes_small_layers_dense()
    {
        Segment[] segments = [new("a", 64 * 64, 64, 64), new("b", 256 * 64, 256, 64), new("c", 4, 2, 2)];
        int[] keep = new int[3];
        new ErkDistribution().Allocate(0.9, segments, keep);
        Assert.Equal(4, keep[2]);
        Assert.InRange(keep.Sum(), 2048, 2050); // 0.1 x 20484, rounded layer by layer
        var (a, b) = (keep[0] / 4096.0, keep[1] / 16384.0);
        Assert.Equal(128.0 / 4096 / (320.0 / 16384), a / b, 2);
    }

    [Fact]
    public void Shares_never_grow_with_sparsity()
    {
        Segment[] segments = [new("a", 81, 9, 9), new("b", 1000, 100, 10), new("c", 6, 6, 1), new(
            "d", 1, 1, 1)];
        foreach (string name in (string[])["global", "uniform", "erk"])
        {
            int[] before = new int[4];
            int[] now = new int[4];
            Distribution.Parse(name).Allocate(0, segments, before);
            if (name != "global") Assert.Equal(segments.Select(segment => segment.Units), before);
            for (int percent = 0; percent <= 1000; percent++)
            {
                Distribution.Parse(name).Allocate(percent / 1000.0, segments, now);
                for (int s = 0; s < 4; s++) Assert.InRange(now[s], 1, before[s]);
                now.CopyTo(before, 0);
            }
        }
    }

    [Fact]
    public void Scores_that_are_not_finite_name_tensor_and_position()
    {
        foreach (float value in (float[])[float.NaN, float.NegativeInfinity])
        {
            var tensors = Toys.Three();
            var pruner = Toys.Pruner(Toys.Options("pdwp", 0.5) with { UpdateEvery = 1 }, tensors);
            tensors[1].Edit(TensorPart.Weights)[13] = value;
            var error = Assert.Throws<PruningNumericException>(() =>
            {
                for (int step = 0; step < 40; step++) pruner.Step(step);
            });
            Assert.Equal("fc1", error.Tensor);
            Assert.Contains("[1, 5]", error.Message);
            Assert.All(tensors, tensor => Assert.Equal(1, tensor.Mask.Density));
        }
    }

    [Fact]
    public void Random_numbers_are_uniform_and_depend_on_every_part_of_their_key()
    {
        float mean = Enumerable.Range(0, 20_000).Average(i => CounterRandom.Uniform(1, 2, 3, (uint)i));
        Assert.Equal(0.5, mean, 2);
        uint[] draws =
        [
            CounterRandom.Bits(1, 2, 3, 4), CounterRandom.Bits(2, 2, 3, 4), CounterRandom.Bits(1, 3, 3, 4),
            CounterRandom.Bits(1, 2, 4, 4), CounterRandom.Bits(1, 2, 3, 5),
            CounterRandom.Bits(1 + (1UL << 32), 2, 3, 4),
            CounterRandom.Bits(1, 2, 3 + (1L << 32), 4),
        ];
        Assert.Equal(draws.Length, draws.Distinct().Count());
        Assert.Equal(draws[0], CounterRandom.Bits(1, 2, 3, 4));
    }

    [Fact]
    public void A_step_allocates_nothing_whatever_the_method()
    {
        foreach (var preset in NeuralBurden.Pruning.Catalog.MethodCatalog.BuiltIn.Presets)
        {
            var pruner = Toys.Pruner(Toys.Options(preset.Name) with { UpdateEvery = 2 }, Toys.Three(), 400);
            foreach (var tensor in pruner.Tensors) tensor.Edit(TensorPart.Gradient).Fill(0.01f);
            for (int step = 0; step < 100; step++) Step(pruner, step);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 100; step < 400; step++) Step(pruner, step);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes == 0, $"{preset.Name} allocates {bytes} bytes in 300 steps");
        }

        static void Step(Pruner pruner, long step)
        {
            pruner.WriteEffective();
            _ = pruner.GradientNeed(step);
            pruner.AfterBackward(step);
            pruner.BeforeOptimizer();
            pruner.AfterOptimizer();
            pruner.Step(step);
        }
    }
}
