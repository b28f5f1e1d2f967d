using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Import;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>What of a folder does not come into the set is said by name and count; the rest comes as if it were alone.</summary>
public sealed class LeftOutTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Whatever_does_not_belong_to_a_generated_folder_is_named_and_changes_nothing_else(int seed)
    {
        var random = new Random(seed);
        bool splits = seed % 2 == 0;
        string[] roots = splits ? ["s/Train/", "s/val/"] : ["s/"];
        for (int k = 0; k < 3; k++)
        {
            foreach (string root in roots)
            {
                int images = random.Next(2, 6);
                for (int i = 0; i < images; i++)
                    _folder.Noise($"{root}class{k}/{i}.png", 5, 5, 1 + (2 * random.Next(2)), random.Next());
            }
        }

        var clean = Import("clean.nbset");
        Assert.Empty(PackedDataset.ReadManifest(_folder["clean.nbset"]).LeftOut);

        var expected = new Dictionary<string, List<string>>();
        foreach (string root in roots)
        {
            Some(1, i => Said("no image", _folder.Text($"{root}class{random.Next(3)}/notes{i}.txt", "text")));
            Some(0, i => Said("unreadable", _folder.Text($"{root}class{random.Next(3)}/x{i}.jpg", "none")));
            Some(0, i => Said("unreadable", Cut($"{root}class{random.Next(3)}/y{i}.png", random)));
            Some(0, i => Said("hidden", _folder.Text($"{root}class{random.Next(3)}/.h{i}/a.png", "none")));
            Some(0, i => Said("outside the class folders", _folder.Text($"{root}loose{i}.png", "none")));
            Some(0, i => Said("without images", Directory.CreateDirectory(_folder[$"{root}empty{i}"]).FullName));
        }

        if (splits)
        {
            Said("beside the splits", Path.GetDirectoryName(_folder.Noise("s/more/a/1.png", 5, 5, 1, 1))!, "more");
            Said("without training images", Path.GetDirectoryName(_folder.Noise("s/val/unknown/1.png", 5, 5, 1, 1))!);
        }

        var found = Import("found.nbset");
        var lines = PackedDataset.ReadManifest(_folder["found.nbset"]).LeftOut;
        foreach (var (kind, names) in expected)
        {
            string line = Assert.Single(lines, l => l.Contains($"({kind}): "));
            Assert.StartsWith($"{names.Count} ", line);
            foreach (string name in names) Assert.Contains(name, line);
        }

        Assert.Equal(expected.Count, lines.Count);
        Assert.Equal((clean.Train.Sha256, clean.Test.Sha256), (found.Train.Sha256, found.Test.Sha256));
        Assert.Equal(clean.Train.ClassNames, found.Train.ClassNames);

        void Some(int least, Action<int> add)
        {
            for (int i = random.Next(least, 5); i > 0; i--) add(i);
        }

        void Said(string kind, string path, string? name = null)
        {
            if (!expected.TryGetValue(kind, out var names)) expected[kind] = names = [];
            names.Add(name ?? Path.GetRelativePath(_folder["s"], path));
        }
    }

    [Fact]
    public void A_class_without_test_images_is_kept_and_one_whose_pictures_are_all_damaged_is_not()
    {
        foreach (string name in (string[])["a/1", "a/2", "b/1", "b/2", "lone/1"]) _folder.Noise($"s/{name}.png", 5, 5, 1, 1);
        Cut("s/damaged/1.png", new Random(1));
        Cut("s/damaged/2.png", new Random(2));
        var log = new StringWriter();

        Assert.Equal(0, NbProgram.Run(
            ["data", "import", _folder["s"], "--out", _folder["s.nbset"]],
            Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn))));

        var (train, test) = PackedDataset.Load(_folder["s.nbset"]);
        Assert.Equal(["a", "b", "lone"], train.ClassNames);
        Assert.Equal((3, 2), (train.Count, test.Count));
        Assert.Contains("1 class not tested (without test images): lone", log.ToString());
        Assert.Contains("1 folder left out (without images): damaged", log.ToString());
        Assert.Contains("2 pictures left out (unreadable): damaged/1.png (", log.ToString());
    }

    [Fact]
    public void Of_many_the_first_twenty_are_named_and_all_are_counted()
    {
        for (int i = 0; i < 4; i++) _folder.Noise($"s/{i % 2}/{i}.png", 5, 5, 1, i);
        for (int i = 0; i < 33; i++) _folder.Text($"s/0/{i:D2}.txt", "none");

        Import("s.nbset");

        string line = Assert.Single(PackedDataset.ReadManifest(_folder["s.nbset"]).LeftOut);
        Assert.StartsWith("33 files left out (no image): 0/00.txt, 0/01.txt,", line);
        Assert.EndsWith("0/19.txt and 13 more", line);
    }

    [Fact]
    public void A_folder_of_nothing_but_damage_is_refused_with_what_is_wrong()
    {
        foreach (string name in (string[])["a/1", "a/2", "b/1", "b/2"]) Cut($"s/{name}.png", new Random(1));

        string message = Assert.Throws<ImageFolderException>(() => Import("s.nbset")).Message;

        Assert.Contains("0 class folders", message);
        Assert.Contains("4 pictures left out (unreadable)", message);
        Assert.False(File.Exists(_folder["s.nbset"]));
    }

    private ImageDatasetPair Import(string name) =>
        ImageFolderImporter.Import(_folder["s"], _folder[name], new ImportOptions(TestShare: 0.3));

    private string Cut(string name, Random random)
    {
        string path = _folder.Noise(name, 5, 5, 3, 1);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..random.Next(0, bytes.Length - 1)]);
        return path;
    }
}
