using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>A folder and the pictures in it and in the folders below, in ordinal order.</summary>
internal sealed record ClassFolder(string Path, IReadOnlyList<string> Files)
{
    // Only what does not look like a picture by its name is looked into before it is decoded.
    private static readonly HashSet<string> PictureExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        "", ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp",
    };

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The folders in a folder that are not hidden, in ordinal order.</summary>
    public static string[] Within(string folder) =>
        [.. Directory.GetDirectories(folder).Where(d => !IsHidden(System.IO.Path.GetFileName(d))).Order(StringComparer.Ordinal)];

    /// <param name="root">Of the set; names begin there.</param>
    /// <param name="unreadable">Files that are there and cannot be decoded, with the reason.</param>
    public static ClassFolder Scan(
        string root, string folder, IReadOnlyDictionary<string, string> unreadable, LeftOut leftOut)
    {
        var files = new List<string>();
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = System.IO.Path.GetRelativePath(root, file);
            if (IsHidden(System.IO.Path.GetRelativePath(folder, file))) leftOut.Add("file", "left out (hidden)", name);
            else if (!IsPicture(file)) leftOut.Add("file", "left out (no image)", name);
            else if (unreadable.TryGetValue(file, out string? reason))
                leftOut.Add("picture", "left out (unreadable)", $"{name} ({reason})");
            else files.Add(file);
        }

        if (files.Count == 0)
            leftOut.Add("folder", "left out (without images)", System.IO.Path.GetRelativePath(root, folder));
        return new ClassFolder(folder, files);
    }

    // Of a file, or of a folder on the way to it.
    private static bool IsHidden(string path) =>
        path.Split(System.IO.Path.DirectorySeparatorChar).Any(part => part.StartsWith('.'));

    private static bool IsPicture(string file)
    {
        RegularFile.Require(file);
        return PictureExtensions.Contains(System.IO.Path.GetExtension(file)) || ImageReader.IsImage(file);
    }
}
