using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using Xunit;

namespace NeuralBurden.Tests.Data;

public sealed class BatchSamplerTests
{
    private static readonly AugmentationOptions CropAndFlip = new(CropPadding: 3, HorizontalFlip: true);

    private sealed record Batch(int[] Indices, int[] Jitter)
    {
        public override string ToString() => string.Join(" ", Indices.Concat(Jitter));
    }

    [Property]
    public Property An_epoch_takes_no_image_twice_and_all_but_an_incomplete_batch() => Prop.ForAll(Sizes(), size =>
        {
            var sampler = new BatchSampler(size.Count, size.Batch, 5, CropAndFlip);
            var seen = Take(sampler, sampler.StepsPerEpoch).SelectMany(b => b.Indices).ToList();
            return seen.Distinct().Count() == size.Count / size.Batch * size.Batch &&
                seen.Count == size.Count / size.Batch * size.Batch &&
                seen.TrueForAll(i => i >= 0 && i < size.Count);
        });

    [Property]
    public Property A_sampler_set_to_a_cursor_goes_on_like_the_one_that_came_there() =>
        Prop.ForAll(Sizes(), Gen.Choose(0, 40).ToArbitrary(), (size, steps) =>
        {
            var first = new BatchSampler(size.Count, size.Batch, 8, CropAndFlip);
            Take(first, steps);
            var resumed = new BatchSampler(size.Count, size.Batch, 8, CropAndFlip) { Cursor = first.Cursor };
            return Text(Take(resumed, 9)) == Text(Take(first, 9));
        });

    [Fact]
    public void Going_back_to_a_cursor_repeats_its_batches()
    {
        var sampler = new BatchSampler(50, 7, 1, CropAndFlip);
        Take(sampler, 3);
        var cursor = sampler.Cursor;
        string once = Text(Take(sampler, 20));

        sampler.Cursor = cursor;

        Assert.Equal(new DataCursor(0, 3), cursor);
        Assert.Equal(once, Text(Take(sampler, 20)));
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        var sampler = new BatchSampler(100, 100, 1);
        var orders = Take(sampler, 3).Concat(Take(new BatchSampler(100, 100, 2), 1)).Select(b => b.ToString())
            .ToList();

        Assert.Equal(4, orders.Distinct().Count());
        Assert.Equal(new DataCursor(3, 0), sampler.Cursor);
    }

    [Fact]
    public void Every_place_gets_every_image_about_equally_often()
    {
        // 6 places, 6 images, 6000 epochs: chi-square with 25 degrees of freedom stays below 60 but once in
        // 10,000.
        const int n = 6, epochs = 6000;
        var sampler = new BatchSampler(n, n, 77);
        int[] counts = new int[n * n];
        foreach (var batch in Take(sampler, epochs))
        {
            for (int place = 0; place < n; place++)
            {
                counts[place * n + batch.Indices[place]]++;
            }
        }

        const double expected = (double)epochs / n;
        Assert.InRange(counts.Sum(c => (c - expected) * (c - expected) / expected), 5, 60);
    }

    [Fact]
    public void Shifts_cover_their_range_evenly_and_half_of_the_images_flip()
    {
        var batches = Take(new BatchSampler(1000, 100, 3, CropAndFlip), 100);

        for (int axis = 0; axis < 2; axis++)
        {
            var groups = Jitters(batches, axis).GroupBy(s => s).OrderBy(g => g.Key).ToList();
            Assert.Equal(Enumerable.Range(-3, 7), groups.Select(g => g.Key));
            Assert.All(groups, g => Assert.InRange(g.Count(), 1250, 1610));
        }

        Assert.InRange(Jitters(batches, 2).Sum(), 4750, 5250);
        Assert.All(Jitters(batches, 2), f => Assert.InRange(f, 0, 1));
    }

    [Fact]
    public void Without_augmentation_nothing_is_shifted_or_flipped()
    {
        Assert.All(Take(new BatchSampler(40, 10, 3), 8),
            b => Assert.All(b.Jitter, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void A_step_allocates_nothing_even_into_a_new_epoch()
    {
        var sampler = new BatchSampler(64, 16, 3, CropAndFlip);
        var (indices, jitter) = (new int[16], new int[48]);
        sampler.Next(indices, jitter);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 20; i++)
        {
            sampler.Next(indices, jitter);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Sizes_and_cursors_out_of_range_are_refused()
    {
        Assert.Contains("1 to 10",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BatchSampler(10, 11, 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchSampler(10, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new BatchSampler(10, 5, 0, new AugmentationOptions(-1)));
        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(
            () => new BatchSampler(10, 5, 0) { Cursor = new DataCursor(0, 2) }).Message);
        Assert.Throws<ArgumentException>(
            () => new BatchSampler(10, 5, 0).Next(new int[5], new int[14]));
    }

    private static List<Batch> Take(BatchSampler sampler, int steps)
    {
        var batches = new List<Batch>();
        for (int i = 0; i < steps; i++)
        {
            var batch = new Batch(new int[sampler.BatchSize], new int[3 * sampler.BatchSize]);
            sampler.Next(batch.Indices, batch.Jitter);
            batches.Add(batch);
        }

        return batches;
    }

    private static IEnumerable<int> Jitters(List<Batch> batches, int field) =>
        batches.SelectMany(b => b.Jitter.Where((_, i) => i % 3 == field));

    private static string Text(IEnumerable<Batch> batches) => string.Join("\n", batches);

    private static Arbitrary<(int Count, int Batch)> Sizes()
    {
        var gen = Gen.Choose(1, 200)
            .SelectMany(count => Gen.Choose(1, count).Select(batch => (count, batch)));
        return Arb.From(gen, size => size.count == size.batch
            ? []
            : [(size.batch, size.batch), (size.count, 1)]);
    }
}
