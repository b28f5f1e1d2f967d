using NeuralBurden.Vit.Data;
using Xunit;

namespace NeuralBurden.Tests.Data;

public sealed class ImageDatasetTests
{
    private static readonly string[] Classes = ["a", "b"];

    [Fact]
    public void Mean_and_std_are_per_channel_of_pixels_over_255()
    {
        // Two images of 2 channels and 1x2 pixels: channel 0 has 0, 255, 0, 255; channel 1 has 51 throughout.
        var set = new ImageDataset("t", 2, 1, 2, Classes, new byte[] { 0, 255, 51, 51, 0, 255, 51, 51 },
            new ushort[] { 0, 1 });

        Assert.Equal([0.5f, 0.2f], set.Mean);
        Assert.Equal([0.5f, 1f], set.Std);
    }

    [Fact]
    public void Taking_images_keeps_the_statistics_of_the_whole()
    {
        var set = new ImageDataset("t", 1, 1, 2, Classes, new byte[] { 1, 2, 30, 40, 5, 6 },
            new ushort[] { 0, 1, 0 });

        var part = set.Take(2);

        Assert.Equal(2, part.Count);
        Assert.Equal([30, 40], part.Image(1));
        Assert.Equal(set.Mean, part.Mean);
        Assert.Equal(set.Std, part.Std);
        Assert.Contains("1 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(4)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(0));
    }

    [Fact]
    public void A_test_split_is_normalised_like_its_training_split()
    {
        var train = new ImageDataset("t", 1, 1, 1, Classes, new byte[] { 0, 255 }, new ushort[] { 0, 1 });
        var test = new ImageDataset("t", 1, 1, 1, Classes, new byte[] { 3 }, new ushort[] { 1 }, train);

        Assert.Equal(train.Mean, test.Mean);
        Assert.Equal(train.Std, test.Std);
    }

    [Fact]
    public void Lengths_and_labels_that_do_not_fit_are_refused()
    {
        Assert.Contains("3 pixel bytes for 2 images of 1x1x2", Assert.Throws<ArgumentException>(
            () => new ImageDataset("t", 1, 1, 2, Classes, new byte[3], new ushort[2])).Message);
        Assert.Contains("image 1 has label 2", Assert.Throws<ArgumentException>(
            () => new ImageDataset("t", 1, 1, 1, Classes, new byte[2], new ushort[] { 0, 2 })).Message);
        Assert.Contains("no images", Assert.Throws<ArgumentException>(
            () => new ImageDataset("t", 1, 1, 1, Classes, new byte[0], new ushort[0])).Message);
    }
}
