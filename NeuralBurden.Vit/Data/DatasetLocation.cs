using System.Text;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Where the files of a data set are: in a folder, each plain or .gz, or all in an archive.
/// </summary>
/// <param name="Folder">The folder that holds the files or the archive.</param>
/// <param name="Archive">Path of the archive, or null.</param>
/// <param name="Files">Path of each file of the manifest, by its name; empty with an archive.</param>
internal sealed record DatasetLocation(
    string Folder, string? Archive, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>
    /// Looks into the manifest's folders below the data folder, then into the data folder itself; takes the
    /// first place where everything is.
    /// </summary>
    /// <returns>The place, or null and the text of an error that says where was looked, and for
    /// what.</returns>
    public static DatasetLocation? Find(DatasetManifest manifest, DataFolder root, out string error)
    {
        error = "";
        var looked = new StringBuilder();
        var folders = manifest.Folders.Select(f => Path.Combine(root.Path, f)).Append(root.Path).Distinct();
        foreach (string folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                looked.Append($"\n  {folder}: no such folder");
                continue;
            }

            var files = manifest.Files.Select(f => (f.Name, Path: FindFile(folder, f.Name))).ToList();
            if (files.TrueForAll(f => f.Path is not null))
            {
                return new DatasetLocation(folder, null, files.ToDictionary(f => f.Name, f => f.Path!));
            }

            if (manifest.Archive is { } archive && FindArchive(folder, archive) is { } path)
            {
                return new DatasetLocation(folder, path, new Dictionary<string, string>());
            }

            var absent = files.Where(f => f.Path is null).Select(f => f.Name).ToList();
            looked.Append($"\n  {folder}: no {string.Join(", no ", absent)}");
            var alike = Alike(folder, absent);
            if (alike.Count > 0) looked.Append($"; {string.Join(", ", alike)} must have exactly these names");
        }

        error = $"Data set '{manifest.Name}' was not found. Looked in (from {root.Origin}):{looked}\n  " +
            $"Expected, each plain or .gz: {string.Join(", ", manifest.Files.Select(f => f.Name))}" +
            (manifest.Archive is null ? "" : $"; or {manifest.Archive}") +
            $".\n  Say where they are with {DataFolder.Option} DIR or the environment variable " +
            $"{DataFolder.Variable}, or put them into one of the folders above; 'nb data fetch {manifest.Name}' downloads them.";
        return null;
    }

    // Other sources spell train-images-idx3-ubyte as train-images.idx3-ubyte.
    private static List<string> Alike(string folder, IReadOnlyList<string> wanted) =>
    [
        .. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!)
            .Where(f => wanted.Any(w => Letters(f) == Letters(w) || Letters(f) == Letters(w + ".gz")))
            .Order(StringComparer.Ordinal),
    ];

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string? FindFile(string folder, string name)
    {
        string plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }

    // The archive as published, or once unzipped.
    private static string? FindArchive(string folder, string name)
    {
        string packed = Path.Combine(folder, name), unzipped = Path.ChangeExtension(packed, null);
        return File.Exists(packed) ? packed : File.Exists(unzipped) ? unzipped : null;
    }
}
