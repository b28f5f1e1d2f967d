using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Files;
using Xunit;

namespace NeuralBurden.Tests.Data;

public sealed class DatasetCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mnist/", ".gz")]
    [InlineData("mnist/", "")]
    [InlineData("", ".gz")]
    public void Mnist_is_read_from_its_folder_or_the_data_folder_itself(string folder, string ending)
    {
        WriteMnist(folder, ending, images: 5);

        var pair = DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path, TrainCount = 4, AsFound = true });

        Assert.Equal((4, 2), (pair.Train.Count, pair.Test.Count));
        Assert.Equal((1, 28, 28, 10),
            (pair.Train.Channels, pair.Train.Height, pair.Train.Width, pair.Train.ClassCount));
        Assert.Equal(pair.Train.Mean, pair.Test.Mean);
    }

    [Fact]
    public void Another_number_of_images_than_the_published_set_has_must_be_asked_for()
    {
        WriteMnist("mnist/", ".gz", images: 5);

        var error = Assert.Throws<DataFormatException>(
            () => DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path }));

        Assert.Contains("5; the published set has 60000", error.Message);
        Assert.Contains("data.as_found", error.Message);
    }

    [Fact]
    public void As_many_other_images_under_the_name_must_be_asked_for_too()
    {
        WriteMnist("", "", images: 60_000, tests: 10_000);

        var error = Assert.Throws<DataFormatException>(
            () => DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path }));

        Assert.Contains("is not the published file", error.Message);
        Assert.Equal(
            60_000, DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path, AsFound = true }).Train.Count);
    }

    [Fact]
    public void Missing_files_are_listed_with_the_folders_and_the_ways_to_give_them()
    {
        WriteMnist("mnist/", ".gz", images: 3);
        File.Delete(_folder["mnist/t10k-labels-idx1-ubyte.gz"]);

        string message = Assert.Throws<DataNotFoundException>(
            () => DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path })).Message;

        Assert.Contains($"{_folder["mnist"]}: no t10k-labels-idx1-ubyte", message);
        Assert.Contains($"{_folder.Path}: no train-images-idx3-ubyte", message);
        Assert.Contains("--data-dir", message);
        Assert.Contains("NB_DATA", message);
    }

    [Fact]
    public void Labels_and_images_of_different_counts_are_refused()
    {
        WriteMnist("mnist/", ".gz", images: 3);
        _folder.Write("mnist/train-labels-idx1-ubyte.gz", DataFiles.Gzip(DataFiles.IdxLabels(new byte[4])));

        var error = Assert.Throws<DataFormatException>(
            () => DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path, AsFound = true }));

        Assert.Equal("count", error.Field);
        Assert.Contains("4 labels, but 3 images", error.Message);
    }

    [Fact]
    public void More_images_than_there_are_is_an_error_with_the_range()
    {
        WriteMnist("mnist/", ".gz", images: 3);

        Assert.Contains("1 to 3", Assert.Throws<ArgumentOutOfRangeException>(
            () => DatasetCatalog.Load("mnist", new DataOptions { DataDir = _folder.Path, TrainCount = 4, AsFound = true }))
            .Message);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        string message = Assert.Throws<DataNotFoundException>(() => DatasetCatalog.Load("mnits")).Message;

        Assert.Contains("'mnits'", message);
        Assert.All(DatasetCatalog.Names, name => Assert.Contains(name, message));
    }

    [Fact]
    public void The_list_says_what_is_there_and_where()
    {
        WriteMnist("mnist/", "", images: 3);

        var list = DatasetCatalog.List(new DataOptions { DataDir = _folder.Path })
            .ToDictionary(s => s.Manifest.Name);

        Assert.Equal((true, _folder["mnist"]), (list["mnist"].Found, list["mnist"].Location));
        Assert.False(list["cifar10"].Found);
        Assert.Contains(_folder.Path, list["cifar10"].Missing);
    }

    [Fact]
    public void The_option_goes_before_the_variable_and_the_variable_before_the_cache()
    {
        var environment = new Dictionary<string, string?>
        {
            ["XDG_CACHE_HOME"] = "/cache",
            ["NB_DATA"] = "/data",
        };
        DataFolder Resolve(string? option) => DataFolder.Resolve(option, environment.GetValueOrDefault);

        Assert.Equal(Path.GetFullPath("/given"), Resolve("/given").Path);
        Assert.Equal(Path.GetFullPath("/data"), Resolve(null).Path);
        environment["NB_DATA"] = "";
        Assert.EndsWith("neuralburden", Resolve(null).Path);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("/cache/neuralburden", Resolve(null).Path);
            environment["XDG_CACHE_HOME"] = "relative";
            Assert.EndsWith("/.cache/neuralburden", Resolve(null).Path);
        }
    }

    [Fact]
    public void Manifests_hold_together()
    {
        Assert.Equal(DatasetCatalog.Names.Count(), DatasetCatalog.Names.Distinct().Count());
        foreach (var manifest in DatasetCatalog.Manifests.Where(m => m.Kind == DatasetKind.Files))
        {
            Assert.NotEmpty(manifest.Mirrors);
            Assert.All(manifest.Mirrors, mirror => Assert.EndsWith("/", mirror));
            Assert.All(manifest.Files.Concat(manifest.Downloads), file =>
            {
                Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
                Assert.InRange(file.Bytes, 1, 1L << 30);
            });
            Assert.All(manifest.Files, file => Assert.NotNull(file.Role));
        }
    }

    private void WriteMnist(string folder, string ending, int images, int tests = 2)
    {
        Write("train-images-idx3-ubyte", DataFiles.IdxImages(images));
        Write("train-labels-idx1-ubyte", DataFiles.IdxLabels(new byte[images]));
        Write("t10k-images-idx3-ubyte", DataFiles.IdxImages(tests));
        Write("t10k-labels-idx1-ubyte", DataFiles.IdxLabels(new byte[tests]));

        void Write(string name, byte[] content) =>
            _folder.Write(folder + name + ending, ending.Length > 0 ? DataFiles.Gzip(content) : content);
    }
}
