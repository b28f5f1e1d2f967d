using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>The data sets the program knows, by name.</summary>
public static class DatasetCatalog
{
    private static readonly IReadOnlyList<DatasetManifest> All = DatasetManifest.ReadAll();

    /// <summary>Embedded sets first.</summary>
    public static IReadOnlyList<DatasetManifest> Manifests => All;

    public static IEnumerable<string> Names => All.Select(manifest => manifest.Name);

    /// <exception cref="DataNotFoundException">
    /// No data set has this name; the message lists those that are.
    /// </exception>
    public static DatasetManifest Manifest(string name) =>
        All.FirstOrDefault(manifest => manifest.Name == name) ??
        throw new DataNotFoundException($"Unknown data set '{name}'; known are {string.Join(", ", Names)}.");

    /// <summary>Draws or reads a data set, or the file of an imported one, in full and checked.</summary>
    /// <exception cref="DataNotFoundException">Unknown name, or files that are not there.</exception>
    /// <exception cref="DataFormatException">A file is damaged or of another format.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A count in the options that the set cannot give.
    /// </exception>
    public static ImageDatasetPair Load(string name, DataOptions? options = null)
    {
        options ??= new DataOptions();
        if (PackedDataset.IsName(name))
            return PackedDataset.Load(PackedDataset.Find(name, DataFolder.Resolve(options.DataDir)), options.Threads);
        var manifest = Manifest(name);
        return manifest.Kind == DatasetKind.Embedded
            ? EmbeddedDatasetLoader.Load(manifest, options)
            : FileDatasetLoader.Load(manifest, options);
    }

    /// <summary>Looks for the files of a known set without reading them.</summary>
    /// <exception cref="DataNotFoundException">They are not there; says where was looked, and for what.</exception>
    public static void RequireFound(string name, DataOptions options)
    {
        var manifest = Manifest(name);
        if (manifest.Kind == DatasetKind.Embedded) return;
        if (DatasetLocation.Find(manifest, DataFolder.Resolve(options.DataDir), out string error) is null)
            throw new DataNotFoundException(error);
    }

    /// <summary>
    /// Every data set, and whether its files are there, with those imported into the data folder; reads none of them.
    /// </summary>
    public static IReadOnlyList<DatasetStatus> List(DataOptions? options = null)
    {
        var root = DataFolder.Resolve(options?.DataDir);
        return [.. All.Select(manifest => Status(manifest, root)), .. Imported(root)];
    }

    private static IEnumerable<DatasetStatus> Imported(DataFolder root)
    {
        if (!Directory.Exists(root.Path)) return [];
        return Directory.GetFiles(root.Path, "*" + PackedDataset.Extension).Order(StringComparer.Ordinal)
            .Select(Imported);
    }

    // A damaged file must not keep the other sets from being listed.
    private static DatasetStatus Imported(string file)
    {
        try
        {
            return new DatasetStatus(PackedDataset.ReadManifest(file), true, file, null);
        }
        catch (CheckpointFormatException e)
        {
            return new DatasetStatus(PackedDataset.Unreadable(file), false, file, e.Message);
        }
    }

    private static DatasetStatus Status(DatasetManifest manifest, DataFolder root)
    {
        if (manifest.Kind == DatasetKind.Embedded)
        {
            return new DatasetStatus(manifest, true, "drawn by the program", null);
        }

        return DatasetLocation.Find(manifest, root, out _) is { } place
            ? new DatasetStatus(manifest, true, place.Archive ?? place.Folder, null)
            : new DatasetStatus(manifest, false, null, $"not in {root.Path} ({root.Origin})");
    }
}
