using System.CommandLine;
using System.Globalization;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Data.Import;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb data import DIR</c>: an image folder becomes a data set in one file.</summary>
internal static class DataImportCommand
{
    private const int ImagesBetweenLines = 5000, ClassesShown = 50;

    public static Command Create(Shell shell)
    {
        var command = new Command("import", "Makes one file to train from of a folder of images, a folder per class.");
        var folder = new Argument<string>("DIR")
        {
            Description = "A folder per class (2 to 65,536), or train/ and test/ (val/, valid/, ..., any case) of such folders.",
        };
        var output = CliOption.Of<string?>("--out", "FILE", "The file; else DIR's name with .nbset in the data folder.");
        var size = CliOption.Of<int?>(
            "--size", "N", "Makes every image N x N: shorter side scaled to N (triangle filter, antialiased), middle cropped.");
        var test = CliOption.Of<string>(
            "--test", "SHARE", "Share of each class to test on, where DIR has no train/ and test/.", "20%");
        var grey = new Option<bool>("--grey") { Description = "Makes every image grey." };
        var link = new Option<bool>("--link")
        {
            Description = "Lists the pictures and leaves them where they are: a small file, and decoding while training.",
        };
        var dataDir = CommonOptions.DataDir();
        command.Takes(folder, output, size, test, grey, link, dataDir);
        command.SetAction((parsed, cancellation) =>
        {
            string source = Path.GetFullPath(parsed.GetRequiredValue(folder));
            string name = Path.GetFileName(source.TrimEnd(Path.DirectorySeparatorChar)) + PackedDataset.Extension;
            string root = DataFolder.Resolve(parsed.GetValue(dataDir)).Path;
            string file = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine(root, name));
            AtomicFile.RequireWritable(Path.GetDirectoryName(file)!);
            AtomicFile.RemoveLeftovers(Path.GetDirectoryName(file)!);
            var options = new ImportOptions(
                parsed.GetValue(size), Share(parsed.GetValue(test)!), parsed.GetValue(grey), parsed.GetValue(link));
            var data = ImageFolderImporter.Import(source, file, options, new Lines(shell.Output), cancellation);
            var manifest = PackedDataset.ReadManifest(file);
            shell.Output.WriteLine($"{file}: {manifest.Title}");
            foreach (string line in manifest.LeftOut) shell.Output.WriteLine(line);
            Describe(shell, file, data, inDataFolder: Path.GetDirectoryName(file) == Path.GetFullPath(root));
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Describe(Shell shell, string file, ImageDatasetPair data, bool inDataFolder)
    {
        var (train, test) = data;
        shell.Output.WriteLine(
            $"{file}: {train.Count} training and {test.Count} test images of {train.Height}x{train.Width}x{train.Channels}");
        int[] trained = Counts(train), tested = Counts(test);
        for (int label = 0; label < Math.Min(train.ClassCount, ClassesShown); label++)
            shell.Output.WriteLine($"  {train.ClassNames[label]}: {trained[label]} and {tested[label]}");
        if (train.ClassCount > ClassesShown)
        {
            shell.Output.WriteLine(
                $"  and {train.ClassCount - ClassesShown} more; {trained.Min()} to {trained.Max()} and "
                + $"{tested.Min()} to {tested.Max()} images a class");
        }

        shell.Output.WriteLine($"train from it with data.name: {(inDataFolder ? Path.GetFileName(file) : file)}");
    }

    private static int[] Counts(ImageDataset data)
    {
        int[] counts = new int[data.ClassCount];
        foreach (ushort label in data.Labels) counts[label]++;
        return counts;
    }

    private static double Share(string text)
    {
        bool percent = text.EndsWith('%');
        return double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && (percent ? value / 100 : value) is > 0 and < 1 and var share
                ? share
                : throw new UserException($"--test {text}: allowed: a share above 0 % and below 100 %, such as 20%");
    }

    private sealed class Lines(TextWriter output) : IProgress<(int Done, int All)>
    {
        public void Report((int Done, int All) value)
        {
            if (value.Done % ImagesBetweenLines == 0) output.WriteLine($"{value.Done} of {value.All} images read");
        }
    }
}
