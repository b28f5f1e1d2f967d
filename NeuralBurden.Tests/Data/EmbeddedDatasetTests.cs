using System.Security.Cryptography;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Storage;
using Xunit;

namespace NeuralBurden.Tests.Data;

public sealed class EmbeddedDatasetTests
{
    [Theory]
    [InlineData("glyphs", "385631c3be558cbadd362db9de57380c62c80bf44967928de95883bc3f80e441")]
    [InlineData("shapes", "b4f2b13d9e86fe95546e0c6658f8e54ce6f94cd8fc18fa71b3b1cc4822024eb9")]
    public void The_first_images_are_the_same_on_every_machine(string name, string sha256)
    {
        var pair = Load(name, 200, 40);
        byte[] all =
        [
            .. pair.Train.AllPixels(), .. ClassLabels.ToBytes(pair.Train.Labels, 10),
            .. pair.Test.AllPixels(), .. ClassLabels.ToBytes(pair.Test.Labels, 10),
        ];

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(all)));
    }

    [Theory]
    [InlineData("glyphs")]
    [InlineData("shapes")]
    public void An_image_depends_on_neither_the_count_nor_the_threads(string name)
    {
        var many = DatasetCatalog.Load(name,
            new DataOptions { TrainCount = 150, TestCount = 20, Threads = 3 }).Train;
        var few = DatasetCatalog.Load(name, new DataOptions { TrainCount = 50, TestCount = 10, Threads = 1 })
            .Train;

        Assert.Equal(many.Take(50).AllPixels(), few.AllPixels());
        Assert.Equal(many.Take(50).Labels.ToArray(), few.Labels.ToArray());
    }

    [Theory]
    [InlineData("glyphs")]
    [InlineData("shapes")]
    public void Seeds_and_splits_share_no_image(string name)
    {
        var one = DatasetCatalog.Load(name, new DataOptions { TrainCount = 60, TestCount = 60 });
        var two = DatasetCatalog.Load(name, new DataOptions { TrainCount = 60, TestCount = 60, Seed = 2 });

        var images = new[] { one.Train, one.Test, two.Train, two.Test }
            .SelectMany(set => Enumerable.Range(0, 60).Select(i => Convert.ToHexString(set.Image(i))))
                .ToList();

        Assert.Equal(240, images.Distinct().Count());
    }

    [Theory]
    [InlineData("glyphs")]
    [InlineData("shapes")]
    public void Any_prefix_is_balanced_to_within_one_image_a_class(string name)
    {
        ushort[] labels = Load(name, 120, 35).Train.Labels.ToArray();

        for (int count = 1; count <= labels.Length; count++)
        {
            var perClass = Enumerable.Range(0, 10).Select(k => labels.Take(count).Count(l => l == k))
                .ToList();
            Assert.InRange(perClass.Max() - perClass.Min(), 0, 1);
        }

        Assert.NotEqual(labels[..10], labels[10..20]);
    }

    // Well above chance on glyphs, so that the model is not merely untrained.
    [Theory]
    [InlineData("glyphs", 3000, 6, 0.5, 0.8)]
    [InlineData("shapes", 1500, 4, 0.05, 0.5)]
    public void A_linear_model_fails(string name, int images, int epochs, double least, double most)
    {
        double accuracy = SoftmaxRegression.TestAccuracy(Load(name, images, 1000), epochs, rate: 0.01f);

        Assert.InRange(accuracy, least, most);
    }

    [Theory]
    [InlineData("glyphs")]
    [InlineData("shapes")]
    public void Counts_out_of_range_are_refused(string name)
    {
        Assert.Contains("1 to 200000", Assert.Throws<ArgumentOutOfRangeException>(() => Load(name, 0, 1))
            .Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(name, 1, 200_001));
    }

    private static ImageDatasetPair Load(string name, int train, int test) =>
        DatasetCatalog.Load(name, new DataOptions { TrainCount = train, TestCount = test });
}
