using System.Diagnostics;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Runs;

/// <summary>The fingerprint is a function of the images, their labels and their order, and of nothing else.</summary>
public sealed class ContentFingerprintTests
{
    [Fact]
    public void Any_one_byte_changed_changes_the_digest()
    {
        byte[] pixels = new byte[64];
        ushort[] labels = [0, 1, 2, 1];
        new Random(7).NextBytes(pixels);
        string before = Set(pixels, labels).Sha256;
        Assert.Equal(before, Set([.. pixels], [.. labels]).Sha256);
        for (int place = 0; place < pixels.Length + labels.Length; place++)
        {
            byte[] otherPixels = [.. pixels];
            ushort[] otherLabels = [.. labels];
            if (place < pixels.Length) otherPixels[place] ^= (byte)(1 << (place % 8));
            else otherLabels[place - pixels.Length] = (ushort)((otherLabels[place - pixels.Length] + 1) % 3);
            Assert.NotEqual(before, Set(otherPixels, otherLabels).Sha256);
        }
    }

    [Fact]
    public void The_shape_and_the_number_of_classes_count()
    {
        byte[] pixels = new byte[64];
        ushort[] labels = new ushort[4];
        ImageDataset[] sets =
        [
            new("s", 1, 4, 4, ["a", "b"], pixels, labels), new("s", 1, 2, 8, ["a", "b"], pixels, labels),
            new("s", 1, 8, 2, ["a", "b"], pixels, labels), new("s", 4, 2, 2, ["a", "b"], pixels, labels),
            new("s", 1, 4, 4, ["a", "b", "c"], pixels, labels),
        ];

        Assert.Equal(sets.Length, sets.Select(s => s.Sha256).Distinct().Count());
    }

    [Fact]
    public void A_limit_leaves_the_digest_and_the_count_of_the_whole_set()
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 40, TestCount = 10 });

        var cut = ContentFingerprint.Of(data with { Train = data.Train.Take(7) });

        Assert.Equal(ContentFingerprint.Of(data), cut);
        Assert.Equal((40, 10), (cut.TrainCount, cut.TestCount));
    }

    [Fact]
    public void Its_text_reads_back_and_other_text_is_refused()
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 40, TestCount = 10 });
        var fingerprint = ContentFingerprint.Of(data) with { InitSha256 = "ab", MethodSha256 = "cd" };

        Assert.Equal(fingerprint, ContentFingerprint.Parse(fingerprint.ToString()));
        Assert.Equal(64, fingerprint.Digest.Length);
        Assert.NotEqual(fingerprint.Digest, (fingerprint with { MethodSha256 = "ce" }).Digest);
        foreach (string text in (string[])["", "null", "{}", "[]", "{\"dataset\":null}"])
            Assert.Throws<FormatException>(() => ContentFingerprint.Parse(text));
    }

    [Fact]
    public void Every_difference_is_named_and_a_file_that_is_gone_is_none()
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 40, TestCount = 10 });
        var then = ContentFingerprint.Of(data) with { InitSha256 = "ab", MethodSha256 = "cd" };

        Assert.Empty(then.DifferencesTo(then with { InitSha256 = null }));
        Assert.Contains("40", Assert.Single(then.DifferencesTo(then with { TrainCount = 30 })));
        Assert.Contains("test images", Assert.Single(then.DifferencesTo(then with { TestSha256 = "00" })));
        Assert.Contains("training images", Assert.Single(then.DifferencesTo(then with { TrainSha256 = "00" })));
        Assert.Contains("init_from", Assert.Single(then.DifferencesTo(then with { InitSha256 = "ac" })));
        Assert.Contains("pruning.method", Assert.Single(then.DifferencesTo(then with { MethodSha256 = null })));
        Assert.Contains("'other'", Assert.Single(then.DifferencesTo(then with { Dataset = "other" })));
    }

    [Fact]
    public void The_digest_of_as_many_bytes_as_mnist_has_takes_well_under_a_second()
    {
        var set = new ImageDataset("s", 1, 28, 28, ["a"], new byte[60_000 * 784], new ushort[60_000]);
        var before = Process.GetCurrentProcess().TotalProcessorTime;

        _ = set.Sha256;

        Assert.True((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds < 5);
    }

    private static ImageDataset Set(byte[] pixels, ushort[] labels) => new("s", 1, 4, 4, ["a", "b", "c"], pixels, labels);
}
