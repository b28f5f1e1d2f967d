using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Import;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>Sets of more classes than a byte counts, and sizes that no array holds.</summary>
public sealed class ManyClassesTests : IDisposable
{
    private readonly PictureFolder _folder = new();
    private readonly StringWriter _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_300_classes_is_imported_trained_from_and_evaluated()
    {
        for (int i = 0; i < 900; i++) _folder.Noise($"many/{i / 3:D3}/{i % 3}.png", 4, 4, 1, seed: i);

        Assert.True(Nb("data", "import", _folder["many"], "--test", "34%") == 0, _log.ToString());
        Assert.Contains("and 250 more; 2 to 2 and 1 to 1 images a class", _log.ToString());
        var (train, test) = PackedDataset.Load(_folder["many.nbset"]);
        Assert.Equal((600, 300, 300), (train.Count, test.Count, train.ClassCount));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (ushort)i), test.Labels.ToArray());
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (ushort)(i / 2)), train.Labels.ToArray());
        using (var reader = SafetensorsReader.Open(_folder["many.nbset"]))
            Assert.Equal(TensorDtype.U16, reader.Get("train.labels").Dtype);

        Trains("many.nbset");
    }

    [Fact]
    public void A_set_of_65536_classes_is_written_read_and_trained_from_and_one_more_is_refused()
    {
        const int classes = ClassLabels.MostClasses;
        var data = Set(classes);
        PackedDataset.Write(_folder["most.nbset"], data, "none", "none");
        var (train, test) = PackedDataset.Load(_folder["most.nbset"]);
        Assert.Equal(data.Train.Labels, train.Labels);
        Assert.Equal(data.Train.ClassNames, train.ClassNames);
        Assert.Equal((data.Train.Sha256, data.Test.Sha256), (train.Sha256, test.Sha256));
        Assert.Equal((train.Digest(), test.Digest()), (train.Sha256, test.Sha256));
        Trains("most.nbset", "--set", "train.limit=64");

        Assert.Contains("65536", Assert.Throws<ArgumentException>(() => Set(classes + 1)).Message);
    }

    [SkippableFact]
    public void A_folder_of_65536_classes_is_imported()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("NB_LONG") == "1", "set NB_LONG=1 for long tests");
        string picture = _folder.Noise("one.png", 2, 2, 1, seed: 1);
        for (int i = 0; i <= ClassLabels.MostClasses; i++)
        {
            Directory.CreateDirectory(_folder[$"most/{i:D5}"]);
            for (int k = 0; k < 2; k++) File.Copy(picture, _folder[$"most/{i:D5}/{k}.png"]);
        }

        Assert.Contains("2 to 65536", Assert.Throws<ImageFolderException>(Import).Message);
        Directory.Delete(_folder["most/65536"], recursive: true);

        Assert.Equal(ClassLabels.MostClasses, Import().Train.Count);

        ImageDatasetPair Import() => ImageFolderImporter.Import(_folder["most"], _folder["most.nbset"], new ImportOptions());
    }

    [Fact]
    public void Sizes_that_32_bits_do_not_count_are_refused_before_anything_is_computed()
    {
        Assert.Contains("more than", Assert.Throws<ArgumentException>(
            () => new ImageDataset("s", 3, 1 << 16, 1 << 16, ["a"], new byte[1], new ushort[1])).Message);
        Assert.Contains("pixel bytes", Assert.Throws<ArgumentException>(
            () => new ImageDataset("s", 3, 1 << 14, 1 << 14, ["a"], new byte[1], new ushort[1 << 20])).Message);

        string[] classes = [.. Enumerable.Range(0, ClassLabels.MostClasses).Select(i => $"{i}")];
        var many = new ImageDataset("s", 1, 1, 1, classes, new byte[40_000], new ushort[40_000]);
        Assert.Contains("logits", Assert.Throws<SettingException>(() => Evaluator.LogitsOf(many)).Message);

        var large = new ImageDataset("l", 3, 1024, 1024, ["a", "b"], new byte[2 * 3 << 20], new ushort[] { 0, 1 });
        PackedDataset.Write(_folder["large.nbset"], new ImageDatasetPair(large, large), "none", "none");
        var config = RunConfig.Default with
        {
            Data = new DataConfig { Name = _folder["large.nbset"] },
            Model = new ModelConfig { Dim = 8, Depth = 1, Heads = 1, Patch = 64 },
            Train = new TrainConfig { BatchSize = 700 },
        };
        var engine = new RunEngine(MethodCatalog.BuiltIn);
        Assert.Contains("1 to 682", Assert.Throws<SettingException>(
            () => engine.Check(engine.Resolve(config), new RunOptions())).Message);
        Assert.Contains("2 GiB", Assert.Throws<ArgumentException>(() => new BatchReader(large, 700)).Message);
    }

    // An image of every class to train on; of every 1,000th to test on.
    private static ImageDatasetPair Set(int classes)
    {
        string[] names = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")];
        byte[] pixels = new byte[4 * classes];
        new Random(5).NextBytes(pixels);
        ushort[] labels = [.. Enumerable.Range(0, classes).Select(i => (ushort)i)];
        var train = new ImageDataset("most", 1, 2, 2, names, pixels, labels);
        ushort[] some = [.. labels.Where(l => l % 1000 == 0)];
        var test = new ImageDataset("most", 1, 2, 2, names, pixels.AsMemory(0, 4 * some.Length), some, train);
        return new ImageDatasetPair(train, test);
    }

    private void Trains(string name, params string[] more)
    {
        string config = _folder.Text("run.yaml", $$"""
            name: run
            data: {name: {{name}}}
            model: {dim: 8, depth: 1, heads: 1, patch: 2}
            train: {epochs: 1, batch_size: 16}
            burden: {probe_images: 0}
            """);
        Assert.True(Nb(["train", config, "--out", _folder["runs"], .. more]) == 0, _log.ToString());
        string run = Assert.Single(Directory.GetDirectories(_folder["runs"]));
        var content = StoredRun.ReadResult(Path.Combine(run, RunFolder.ResultFile)).Content!;
        Assert.Equal(PackedDataset.Load(_folder[name]).Train.Sha256, content.TrainSha256);
        Assert.True(Nb(["eval", Path.Combine(run, RunFolder.ModelFile)]) == 0, _log.ToString());
    }

    private int Nb(params string[] args) => NbProgram.Run(
        [.. args, "--data-dir", _folder.Path], Shell.Of(_log, _log, new RunEngine(MethodCatalog.BuiltIn)));
}
