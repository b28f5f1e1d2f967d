using System.Security.Cryptography;
using System.Text;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>
/// The images of a folder with a folder per class, or with such folders in <c>train/</c> and <c>test/</c>, in whatever
/// usual spelling. Hidden files are left out; every other file must be an image. Classes and files come in ordinal order.
/// </summary>
internal sealed record ImageFolder(
    IReadOnlyList<string> Classes,
    IReadOnlyList<(string Path, byte Label)> Train,
    IReadOnlyList<(string Path, byte Label)> Test,
    string Split)
{
    private const int MostClasses = 256;

    // In order of preference: a test set proper goes before one that others tune on.
    private static readonly string[] TrainNames = ["train", "training", "trn"];
    private static readonly string[] TestNames =
        ["test", "testing", "tst", "val", "valid", "validation", "eval", "evaluation", "dev"];

    /// <exception cref="ImageFolderException">A class is empty, there are too few or too many, the splits have different
    /// ones, or a folder is named like a split without another.</exception>
    public static ImageFolder Scan(string root, double testShare)
    {
        if (!Directory.Exists(root)) throw new ImageFolderException($"there is no folder {root}");
        string[] folders = [.. Directory.GetDirectories(root).Where(d => !IsHidden(d)).Order(StringComparer.Ordinal)];
        string? train = Named(folders, TrainNames), test = Named(folders, TestNames);
        if (train is not null && test is not null) return OfSplits(train, test, folders);
        // A class may be called so; a folder of folders is none.
        if ((train ?? test) is { } lone && Directory.GetDirectories(lone).Any(d => !IsHidden(d)))
        {
            string[] missing = train is null ? TrainNames : TestNames;
            throw new ImageFolderException(
                $"{lone}: is named like a split and has folders in it, but there is no folder {Listed(missing)} beside it");
        }

        return OfShare(root, testShare);
    }

    private static ImageFolder OfSplits(string train, string test, string[] folders)
    {
        string[] classes = ClassesOf(train);
        if (ClassesOf(test).Except(classes).FirstOrDefault() is { } unknown)
            throw new ImageFolderException($"{Path.Combine(test, unknown)}: the class '{unknown}' has no folder in {train}");
        string[] others = [.. folders.Where(f => f != train && f != test).Select(f => Path.GetFileName(f)!)];
        return new ImageFolder(
            classes,
            All(train),
            All(test),
            $"the folders {Path.GetFileName(train)} and {Path.GetFileName(test)}"
            + (others.Length == 0 ? "" : $", without {string.Join(", ", others)}"));

        List<(string, byte)> All(string split) =>
            [.. classes.SelectMany((name, label) => FilesOf(Path.Combine(split, name)).Select(file => (file, (byte)label)))];
    }

    private static string? Named(string[] folders, string[] names) => names
        .Select(name => Array.Find(folders, f => Path.GetFileName(f).Equals(name, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(folder => folder is not null);

    private static string Listed(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');

    /// <summary>
    /// Of the n files of a class the round(n share) with the least SHA-256 of CLASS/FILE are for testing, at least one
    /// of each split: an image keeps its split when others come or go, but for those at the border.
    /// </summary>
    private static ImageFolder OfShare(string root, double share)
    {
        string[] classes = ClassesOf(root);
        List<(string, byte)> train = [], test = [];
        for (int label = 0; label < classes.Length; label++)
        {
            string folder = Path.Combine(root, classes[label]);
            string[] files = FilesOf(folder);
            if (files.Length < 2)
                throw new ImageFolderException($"{folder}: has one image; at least 2 are needed, to train on and to test on");
            int tests = Math.Clamp((int)Math.Round(share * files.Length), 1, files.Length - 1);
            var chosen = files.OrderBy(file => Order(classes[label], file), StringComparer.Ordinal).Take(tests).ToHashSet();
            foreach (string file in files) (chosen.Contains(file) ? test : train).Add((file, (byte)label));
        }

        string rule = FormattableString.Invariant($"{share * 100:0.##} % of each class by SHA-256 of CLASS/FILE");
        return new ImageFolder(classes, train, test, rule);
    }

    private static string[] ClassesOf(string folder)
    {
        string[] names = [.. Directory.GetDirectories(folder).Where(d => !IsHidden(d)).Select(d => Path.GetFileName(d)!)
            .Order(StringComparer.Ordinal)];
        return names.Length is >= 2 and <= MostClasses
            ? names
            : throw new ImageFolderException(
                $"{folder}: has {names.Length} class folders; expected 2 to {MostClasses}, one per class");
    }

    private static string[] FilesOf(string folder)
    {
        string[] files = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(f => !IsHidden(f)).Order(StringComparer.Ordinal)]
            : [];
        return files.Length > 0 ? files : throw new ImageFolderException($"{folder}: the class has no images");
    }

    private static string Order(string className, string file) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{className}/{Path.GetFileName(file)}")));
}
