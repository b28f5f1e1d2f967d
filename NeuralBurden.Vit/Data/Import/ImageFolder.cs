using System.Security.Cryptography;
using System.Text;
using NeuralBurden.Vit.Data.Storage;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>
/// The images of a folder with a folder per class, or with such folders in <c>train/</c> and <c>test/</c>, in whatever
/// usual spelling. Classes and files come in ordinal order; what is left out is told.
/// </summary>
internal sealed record ImageFolder(
    IReadOnlyList<string> Classes,
    IReadOnlyList<(string Path, ushort Label)> Train,
    IReadOnlyList<(string Path, ushort Label)> Test,
    string Split,
    IReadOnlyList<string> LeftOut)
{
    // In order of preference: a test set proper goes before one that others tune on.
    private static readonly string[] TrainNames = ["train", "training", "trn"];
    private static readonly string[] TestNames =
        ["test", "testing", "tst", "val", "valid", "validation", "eval", "evaluation", "dev"];

    /// <param name="testShare">Of each class, where the folder has no splits.</param>
    /// <param name="unreadable">Files that turned out not to be decoded, with the reason: as if they were not there.</param>
    /// <exception cref="ImageFolderException">There are too few classes or too many, a split is empty, or a folder is named
    /// like a split without another.</exception>
    public static ImageFolder Scan(string root, double testShare, IReadOnlyDictionary<string, string> unreadable)
    {
        if (!Directory.Exists(root)) throw new ImageFolderException($"there is no folder {root}");
        string[] folders = ClassFolder.Within(root);
        string? train = Named(folders, TrainNames), test = Named(folders, TestNames);
        var leftOut = new LeftOut();
        if (train is not null && test is not null) return OfSplits(root, train, test, folders, unreadable, leftOut);
        // A class may be called so; a folder of folders is none.
        if ((train ?? test) is { } lone && ClassFolder.Within(lone).Length > 0)
        {
            string[] missing = train is null ? TrainNames : TestNames;
            throw new ImageFolderException(
                $"{lone}: is named like a split and has folders in it, but there is no folder {Listed(missing)} beside it");
        }

        return OfShare(root, testShare, unreadable, leftOut);
    }

    private static ImageFolder OfSplits(
        string root, string train, string test, string[] folders, IReadOnlyDictionary<string, string> unreadable, LeftOut leftOut)
    {
        string[] others = [.. folders.Where(f => f != train && f != test).Select(f => Path.GetFileName(f)!)];
        AddLoose(root, root, leftOut);
        foreach (string other in others) leftOut.Add("folder", "left out (beside the splits)", other);
        var trained = ClassesOf(root, train, unreadable, leftOut);
        var tested = ClassesOf(root, test, unreadable, leftOut).ToDictionary(c => c.Name);
        var names = trained.Select(c => c.Name).ToHashSet();
        foreach (var unknown in tested.Values.Where(t => !names.Contains(t.Name)))
        {
            leftOut.Add(
                "class", "left out (without training images)",
                $"{Path.GetRelativePath(root, unknown.Path)} ({unknown.Files.Count} images)");
        }

        return Of(
            root, [.. trained.Select(c => new ClassSplit(c.Name, c.Files, tested.GetValueOrDefault(c.Name)?.Files ?? []))],
            $"the folders {Path.GetFileName(train)} and {Path.GetFileName(test)}"
            + (others.Length == 0 ? "" : $", without {string.Join(", ", others)}"),
            leftOut);
    }

    /// <summary>
    /// Of the n files of a class the round(n share) with the least SHA-256 of CLASS/FILE are for testing, at least one
    /// of each split where there are two: an image keeps its split when others come or go, but for those at the border.
    /// </summary>
    private static ImageFolder OfShare(
        string root, double share, IReadOnlyDictionary<string, string> unreadable, LeftOut leftOut)
    {
        var classes = new List<ClassSplit>();
        foreach (var folder in ClassesOf(root, root, unreadable, leftOut))
        {
            int n = folder.Files.Count, tests = n == 1 ? 0 : Math.Clamp((int)Math.Round(share * n), 1, n - 1);
            var chosen = folder.Files.OrderBy(f => Order(folder.Name, f), StringComparer.Ordinal).Take(tests).ToHashSet();
            classes.Add(new ClassSplit(
                folder.Name, [.. folder.Files.Where(f => !chosen.Contains(f))], [.. folder.Files.Where(chosen.Contains)]));
        }

        string rule = FormattableString.Invariant($"{share * 100:0.##} % of each class by SHA-256 of CLASS/FILE");
        return Of(root, classes, rule, leftOut);
    }

    private static ImageFolder Of(string root, List<ClassSplit> classes, string split, LeftOut leftOut)
    {
        if (classes.Count is < 2 or > ClassLabels.MostClasses)
        {
            throw new ImageFolderException(
                $"{root}: has {classes.Count} class folders with images to train on; expected 2 to {ClassLabels.MostClasses}, "
                + $"one per class{Told(leftOut)}");
        }

        foreach (var one in classes.Where(c => c.Test.Count == 0))
            leftOut.Add("class", "not tested (without test images)", one.Name);
        var (train, test) = (Labelled(c => c.Train), Labelled(c => c.Test));
        if (test.Count == 0)
            throw new ImageFolderException($"{root}: no class has images to test on, which takes 2 a class{Told(leftOut)}");
        return new ImageFolder([.. classes.Select(c => c.Name)], train, test, split, leftOut.Lines);

        List<(string, ushort)> Labelled(Func<ClassSplit, IReadOnlyList<string>> of) =>
            [.. classes.SelectMany((c, label) => of(c).Select(file => (file, (ushort)label)))];
    }

    private static List<ClassFolder> ClassesOf(
        string root, string split, IReadOnlyDictionary<string, string> unreadable, LeftOut leftOut)
    {
        AddLoose(root, split, leftOut);
        return [.. ClassFolder.Within(split).Select(folder => ClassFolder.Scan(root, folder, unreadable, leftOut))
            .Where(folder => folder.Files.Count > 0)];
    }

    private static void AddLoose(string root, string folder, LeftOut leftOut)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(root, file);
            leftOut.Add("file", "left out (outside the class folders)", name);
        }
    }

    private static string Told(LeftOut leftOut) =>
        leftOut.Lines.Count == 0 ? "" : $" ({string.Join("; ", leftOut.Lines)})";

    private static string? Named(string[] folders, string[] names) => names
        .Select(name => Array.Find(folders, f => Path.GetFileName(f).Equals(name, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(folder => folder is not null);

    private static string Listed(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static string Order(string className, string file) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{className}/{Path.GetFileName(file)}")));

    private sealed record ClassSplit(string Name, IReadOnlyList<string> Train, IReadOnlyList<string> Test);
}
