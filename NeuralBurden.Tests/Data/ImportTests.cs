using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Import;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>An image folder becomes a data set that trains.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_images_is_packed_listed_verified_and_trained_from()
    {
        string photos = Glyphs(perClass: 12);
        var log = new StringWriter();
        int Nb(params string[] args) =>
            NbProgram.Run([.. args, "--data-dir", _folder.Path], Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));

        Assert.True(Nb("data", "import", photos, "--test", "25%") == 0, log.ToString());
        Assert.Contains("90 training and 30 test images of 28x28x1", log.ToString());
        Assert.Contains("data.name: photos.nbset", log.ToString());
        Assert.True(Nb("data", "list") == 0 && log.ToString().Contains("photos.nbset"), log.ToString());
        Assert.True(Nb("data", "verify", "photos.nbset") == 0, log.ToString());
        Assert.True(Nb("data", "verify") == 0, log.ToString());

        File.WriteAllText(_folder["photos.yaml"], """
            name: photos
            data: {name: photos.nbset}
            model: {dim: 16, depth: 2, heads: 2, patch: 7}
            train: {epochs: 1, batch_size: 30}
            burden: {probe_images: 0}
            """);
        Assert.True(Nb("train", _folder["photos.yaml"], "--out", _folder["runs"], "--threads", "1") == 0, log.ToString());
        string folder = Assert.Single(Directory.GetDirectories(_folder["runs"]));
        Assert.Equal("photos.nbset", StoredRun.ReadResult(Path.Combine(folder, RunFolder.ResultFile)).Dataset);
    }

    [Fact]
    public void Images_classes_and_splits_arrive_as_they_were_and_the_same_again()
    {
        string photos = Glyphs(perClass: 5);
        var first = ImageFolderImporter.Import(photos, _folder["a.nbset"], new ImportOptions());
        Directory.CreateDirectory(_folder["b"]);
        ImageFolderImporter.Import(photos, _folder["b/a.nbset"], new ImportOptions());
        var (train, test) = PackedDataset.Load(_folder["a.nbset"]);

        Assert.Equal(File.ReadAllBytes(_folder["a.nbset"]), File.ReadAllBytes(_folder["b/a.nbset"]));
        Assert.Equal([40, 10], [train.Count, test.Count]);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"digit{i}"), train.ClassNames);
        Assert.Equal(first.Train.AllPixels(), train.AllPixels());
        Assert.Equal(train.Mean, test.Mean);
        for (ushort label = 0; label < 10; label++) Assert.Equal(1, test.Labels.Count(label));
        var images = Directory.GetFiles(photos, "*.png", SearchOption.AllDirectories)
            .Select(f => Convert.ToHexString(ImageReader.Read(f).Pixels)).Order();
        Assert.Equal(images, Enumerable.Range(0, 40).Select(i => Convert.ToHexString(train.Image(i)))
            .Concat(Enumerable.Range(0, 10).Select(i => Convert.ToHexString(test.Image(i)))).Order());
    }

    [Fact]
    public void A_split_in_folders_is_kept()
    {
        Write("set/train/cat/1.png", Solid(4, 4, 10));
        Write("set/train/dog/1.png", Solid(4, 4, 20));
        Write("set/val/dog/2.png", Solid(4, 4, 30));
        Write("set/val/cat/2.png", Solid(4, 4, 40));

        var (train, test) = ImageFolderImporter.Import(_folder["set"], _folder["set.nbset"], new ImportOptions());

        Assert.Equal((10, 20), (train.Image(0)[0], train.Image(1)[0]));
        Assert.Equal((40, 30), (test.Image(0)[0], test.Image(1)[0]));
        Assert.Contains("train and val", PackedDataset.ReadManifest(_folder["set.nbset"]).Title);
    }

    [Fact]
    public void One_colour_image_makes_all_of_them_rgb_and_grey_makes_all_of_them_grey()
    {
        Write("set/a/1.png", Solid(2, 2, 100));
        Write("set/a/2.png", HalfTransparent());
        Write("set/b/1.png", Solid(2, 2, 7));
        Write("set/b/2.png", Solid(2, 2, 9));

        var colour = ImageFolderImporter.Import(_folder["set"], _folder["c.nbset"], new ImportOptions(TestShare: 0.5));
        var grey = ImageFolderImporter.Import(_folder["set"], _folder["g.nbset"], new ImportOptions(TestShare: 0.5, Grey: true));

        byte[] all = [.. colour.Train.AllPixels(), .. colour.Test.AllPixels()];
        Assert.Equal(3, colour.Train.Channels);
        // Half transparent over black.
        Assert.Equal(4, all.Count(p => p == 25));
        Assert.Equal(16, all.Count(p => p == 100));
        Assert.Equal(1, grey.Train.Channels);
        Assert.Contains((byte)62, new byte[] { grey.Train.Image(0)[0], grey.Test.Image(0)[0] });
    }

    [Fact]
    public void Resizing_averages_where_it_shrinks_and_crops_the_middle()
    {
        byte[] stripes = [.. Enumerable.Range(0, 8 * 16).Select(i => (byte)(i % 2 == 0 ? 0 : 200))];
        byte[] halves = [.. Enumerable.Range(0, 8 * 16).Select(i => (byte)(i % 16 < 4 || i % 16 >= 12 ? 255 : 60))];

        var grey = ImageResizer.ToSquare(new RasterImage(16, 8, 1, stripes), 2);
        var middle = ImageResizer.ToSquare(new RasterImage(16, 8, 1, halves), 8);

        Assert.All(grey.Pixels, p => Assert.InRange(p, 95, 105));
        Assert.All(middle.Pixels, p => Assert.Equal(60, p));
        Assert.Equal((8, 8), (middle.Width, middle.Height));
    }

    [Theory]
    [InlineData("sizes", "--size N")]
    [InlineData("classes", "1 class folders")]
    public void What_is_wrong_with_a_folder_is_named_and_nothing_is_written(string what, string reason)
    {
        string output = _folder["set.nbset"];
        File.WriteAllText(output, "an older file");
        foreach (string name in (string[])["a/1.png", "a/2.png", "b/1.png", "b/2.png"]) Write("set/" + name, Solid(4, 4, 1));
        switch (what)
        {
            case "sizes": Write("set/b/2.png", Solid(5, 4, 1)); break;
            default: Directory.Delete(_folder["set/b"], recursive: true); break;
        }

        var error = Assert.Throws<ImageFolderException>(
            () => ImageFolderImporter.Import(_folder["set"], output, new ImportOptions()));

        Assert.Contains(reason, error.Message);
        Assert.Equal("an older file", File.ReadAllText(output));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_mixed_folder_imports_with_a_size()
    {
        Write("set/a/1.png", Solid(9, 30, 1));
        Write("set/a/2.png", Solid(4, 4, 2));
        Write("set/b/1.png", Solid(50, 31, 3));
        Write("set/b/2.png", Solid(8, 8, 4));

        var (train, _) = ImageFolderImporter.Import(_folder["set"], _folder["set.nbset"], new ImportOptions(Size: 8));

        Assert.Equal((8, 8), (train.Height, train.Width));
        Assert.Contains("triangle", PackedDataset.ReadManifest(_folder["set.nbset"]).Title);
    }

    [Fact]
    public void Every_altered_byte_is_found_and_every_cut()
    {
        string file = _folder["set.nbset"];
        Write("set/a/1.png", Solid(4, 4, 1));
        Write("set/a/2.png", Solid(4, 4, 2));
        Write("set/b/1.png", Solid(4, 4, 3));
        Write("set/b/2.png", Solid(4, 4, 4));
        ImageFolderImporter.Import(_folder["set"], file, new ImportOptions());
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= (byte)(1 << (i % 8));
            Refused(altered, $"byte {i}");
            if (i % 7 == 0) Refused(bytes[..i], $"cut at {i}");
        }

        void Refused(byte[] content, string what)
        {
            File.WriteAllBytes(file, content);
            var error = Record.Exception(() =>
            {
                var (train, test) = PackedDataset.Load(file);
                _ = (train.AllPixels(), test.AllPixels());
            });
            Assert.True(error is CheckpointFormatException, $"{what}: {error}");
            Assert.Contains("set.nbset", error.Message);
        }
    }

    [Fact]
    public void A_file_of_version_1_is_read_with_the_fingerprint_that_it_had()
    {
        File.WriteAllBytes(_folder["version1.nbset"], PackedSamples.Version1);

        var data = PackedDataset.Load(_folder["version1.nbset"]);
        PackedDataset.Verify(_folder["version1.nbset"]);
        PackedDataset.Write(_folder["version2.nbset"], data, "none", "none");
        var again = PackedDataset.Load(_folder["version2.nbset"]);

        Assert.Equal(["ants", "bees"], data.Train.ClassNames);
        Assert.Equal([0, 0, 0, 1, 1, 1], data.Train.Labels.ToArray().Select(l => (int)l));
        Assert.Equal("508c4029fc74f96c306004ec0f2e5217d189872c7bc5e13b799da669b12486fc", data.Train.Sha256);
        Assert.Equal("fc13aa45aff4573c65c781a351f6733e3b34fdbb468fe69d5e69806740df54a1", data.Test.Sha256);
        var images = new[] { data.Train, data.Test }.SelectMany(s => Enumerable.Range(0, s.Count).Select(s.Image));
        var drawn = Enumerable.Range(1, 8).Select(k => Enumerable.Range(0, 18).Select(
            i => (byte)((17 * k) + (5 * ((i % 3 * 3) + (i / 6))) + (40 * (i / 3 % 2)))));
        Assert.Equal(drawn.Select(d => Convert.ToHexString([.. d])).Order(), images.Select(Convert.ToHexString).Order());
        Assert.Equal((data.Train.Sha256, data.Test.Sha256), (again.Train.Sha256, again.Test.Sha256));
        Assert.Equal(data.Train.Mean.Concat(data.Train.Std), again.Train.Mean.Concat(again.Train.Std));
        Assert.Equal(data.Train.AllPixels(), again.Train.AllPixels());
    }

    [Fact]
    public void A_damaged_file_in_the_data_folder_is_listed_as_such()
    {
        File.WriteAllText(_folder["bad.nbset"], "nothing of the kind");

        var status = DatasetCatalog.List(new DataOptions { DataDir = _folder.Path }).Single(s => s.Manifest.Name == "bad.nbset");

        Assert.False(status.Found);
        Assert.Contains("bad.nbset", status.Missing);
    }

    private static RasterImage Solid(int width, int height, byte value)
    {
        byte[] pixels = new byte[width * height];
        Array.Fill(pixels, value);
        return new RasterImage(width, height, 1, pixels);
    }

    private static RasterImage HalfTransparent() =>
        new(2, 2, 4, [.. Enumerable.Repeat(new byte[] { 200, 100, 50, 128 }, 4).SelectMany(p => p)]);

    private string Glyphs(int perClass)
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 60 * perClass, TestCount = 1 }).Train;
        int[] counts = new int[10];
        for (int i = 0; i < data.Count; i++)
        {
            int label = data.Labels[i];
            if (counts[label]++ >= perClass) continue;
            Write($"photos/digit{label}/{i}.png", new RasterImage(28, 28, 1, data.Image(i)));
        }

        return _folder["photos"];
    }

    private void Write(string name, RasterImage image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        PngWriter.Write(_folder[name], image);
    }
}
