using System.Security.Cryptography;
using NeuralBurden.Vit.Data;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>The published files, where NB_DATA names a folder that has them.</summary>
public sealed class RealDataTests
{
    [SkippableFact]
    public void Mnist_has_its_known_counts_labels_and_mean()
    {
        var pair = Load("mnist");

        Assert.Equal((60000, 10000), (pair.Train.Count, pair.Test.Count));
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], pair.Train.Labels[..10].ToArray());
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], pair.Test.Labels[..10].ToArray());
        Assert.Equal(0.1307, pair.Train.Mean[0], 4);
        Assert.Equal(0.3081, pair.Train.Std[0], 4);
    }

    [SkippableFact]
    public void Cifar_10_has_its_known_counts_labels_and_mean()
    {
        var pair = Load("cifar10");

        Assert.Equal((50000, 10000), (pair.Train.Count, pair.Test.Count));
        Assert.Equal([6, 9, 9, 4, 1, 1, 2, 7, 8, 3], pair.Train.Labels[..10].ToArray());
        Assert.Equal([3, 8, 8, 0, 6, 6, 1, 6, 3, 1], pair.Test.Labels[..10].ToArray());
        Assert.Equal([0.4914, 0.4822, 0.4465], pair.Train.Mean.Select(m => Math.Round(m, 4)));
        Assert.Equal([0.2470, 0.2435, 0.2616], pair.Train.Std.Select(s => Math.Round(s, 4)));
    }

    [SkippableTheory]
    [InlineData("mnist")]
    [InlineData("cifar10")]
    public void Unpacked_files_have_the_manifest_s_checksums(string name)
    {
        Require(name);
        var manifest = DatasetCatalog.Manifest(name);
        string folder = DatasetCatalog.List().Single(s => s.Manifest.Name == name).Location!;
        Skip.If(File.Exists(folder), "the archive is there, not its files");
        foreach (var file in manifest.Files.Where(f => f.Role is not DatasetFileRole.Train ||
            f == manifest.Files[0]))
        {
            using var content = new MemoryStream();
            using (Stream stream = File.OpenRead(Path.Combine(folder, file.Name + ".gz")))
            {
                new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress)
                    .CopyTo(content);
            }

            content.Position = 0;
            Assert.Equal((file.Bytes, file.Sha256),
                (content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }
    }

    private static ImageDatasetPair Load(string name)
    {
        Require(name);
        return DatasetCatalog.Load(name);
    }

    private static void Require(string name)
    {
        Skip.If(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NB_DATA")), "NB_DATA is not set");
        Skip.IfNot(DatasetCatalog.List().Single(s => s.Manifest.Name == name).Found,
            $"NB_DATA has no {name}");
    }
}
