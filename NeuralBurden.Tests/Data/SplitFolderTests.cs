using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Import;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>Splits of an image folder in every spelling, and folders that only look like one.</summary>
public sealed class SplitFolderTests : IDisposable
{
    private static readonly string[] Trains = ["train", "training", "trn", "Train", "TRAINING"];
    private static readonly string[] Tests =
        ["test", "testing", "tst", "val", "valid", "validation", "eval", "evaluation", "dev", "Val", "TEST", "Validation"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_pair_of_spellings_is_two_splits_of_the_classes_within()
    {
        foreach (string train in Trains)
        {
            foreach (string test in Tests)
            {
                string root = $"{train}-{test}";
                foreach (string name in (string[])["ants", "bees"])
                {
                    Image($"{root}/{train}/{name}/0.png");
                    Image($"{root}/{train}/{name}/1.png");
                    Image($"{root}/{test}/{name}/0.png");
                }

                var data = Import(root);
                Assert.Equal(["ants", "bees"], data.Train.ClassNames);
                Assert.Equal((4, 2), (data.Train.Count, data.Test.Count));
            }
        }
    }

    [Theory]
    [InlineData("train", "test, testing, tst, val, valid")]
    [InlineData("Validation", "train, training or trn")]
    public void A_split_without_the_other_is_refused_with_the_names_it_may_have(string lone, string accepted)
    {
        foreach (string name in (string[])["ants", "bees"]) Image($"r/{lone}/{name}/0.png");
        foreach (string name in (string[])["a", "b"]) Image($"r/holdout/{name}/0.png");

        string message = Assert.Throws<ImageFolderException>(() => Import("r")).Message;

        Assert.Contains(accepted, message);
        Assert.Contains(lone, message);
    }

    [Fact]
    public void A_class_may_be_called_train()
    {
        foreach (string name in (string[])["train", "plane"])
            for (int i = 0; i < 3; i++) Image($"r/{name}/{i}.png");

        Assert.Equal(["plane", "train"], Import("r").Train.ClassNames);
    }

    [Fact]
    public void What_is_left_out_is_said_in_the_set_itself()
    {
        foreach (string split in (string[])["train", "test", "valid", "extra"])
            foreach (string name in (string[])["ants", "bees"]) Image($"r/{split}/{name}/0.png");
        Import("r");

        Assert.Contains(
            "the folders train and test, without extra, valid", PackedDataset.ReadManifest(_folder["x.nbset"]).Title);
    }

    [SkippableTheory]
    [InlineData("/dev/zero", "a character device")]
    [InlineData("fifo", "a FIFO")]
    public void A_link_to_something_else_than_a_file_is_refused_by_name_at_once(string target, string kind)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "devices are told on Linux");
        foreach (string name in (string[])["a", "b"])
            for (int i = 0; i < 2; i++) Image($"r/{name}/{i}.png");
        if (target == "fifo")
        {
            target = _folder["fifo"];
            using var mkfifo = System.Diagnostics.Process.Start("mkfifo", target);
            mkfifo.WaitForExit();
        }

        string link = _folder["r/a/x.png"];
        File.CreateSymbolicLink(link, target);
        Assert.Contains($"{link}: is {kind}", Assert.Throws<IOException>(() => Import("r")).Message);
        Assert.Contains(kind, Assert.Throws<IOException>(() => Checkpoint.Load(link)).Message);
        Assert.Contains(kind, Assert.Throws<IOException>(() => IdxReader.ReadLabels(link, 10)).Message);
    }

    private ImageDatasetPair Import(string root) =>
        ImageFolderImporter.Import(_folder[root], _folder["x.nbset"], new ImportOptions());

    private void Image(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        PngWriter.Write(_folder[name], new RasterImage(2, 2, 1, [1, 2, 3, 4]));
    }
}
