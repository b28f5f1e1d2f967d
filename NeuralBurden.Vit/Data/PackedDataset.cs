using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// A data set of one's own in one file, <c>NAME.nbset</c>, which is a safetensors file that any such library reads. Version
/// 2 has for each of the splits <c>train</c> and <c>test</c>
/// <list type="bullet">
/// <item><c>SPLIT.images</c>, U8 [N, C, H, W]; or <c>SPLIT.files</c>, U8 [bytes], the paths of pictures that stay where they
/// are, each ended by a zero;</item>
/// <item><c>SPLIT.checksums</c>, U32 [N], CRC-32C of the pixels of each image;</item>
/// <item><c>SPLIT.labels</c>, U8 [N], or U16 [N] with more than 256 classes.</item>
/// </list>
/// <c>docs/interchange.md</c> has the metadata. Pixels are never read as a whole: the file is mapped, and an image is held
/// against its checksum when it is read. Version 1 is read in full.
/// </summary>
public static class PackedDataset
{
    public const string Extension = ".nbset";

    /// <summary>Whether a data set's name is that of such a file.</summary>
    public static bool IsName(string name) =>
        name.Length > Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>The file of a name: as a path from here, else in the data folder.</summary>
    /// <exception cref="DataNotFoundException">It is in neither place.</exception>
    public static string Find(string name, DataFolder root)
    {
        string here = Path.GetFullPath(name), there = Path.Combine(root.Path, name);
        return File.Exists(here) ? here
            : File.Exists(there) ? there
            : throw new DataNotFoundException($"data set '{name}' is neither {here} nor {there} ({root.Origin})");
    }

    /// <summary>Writes images into a file of version 2, in one step: an older one stays until the new one is whole.</summary>
    /// <param name="split">How the splits were made, for the reader.</param>
    /// <param name="filter">How images were resized, for the reader.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ImageDatasetPair data, string split, string filter)
    {
        var (train, test) = data;
        var header = new PackedHeader
        {
            Name = Path.GetFileName(path),
            Classes = train.ClassNames,
            Extents = (train.Channels, train.Height, train.Width),
            Split = split,
            Filter = filter,
        };
        AtomicFile.Write(path, stream =>
        {
            using var writer = new PackedWriter(stream, header, train.Count, test.Count);
            byte[] pixels = new byte[train.ImageBytes];
            foreach (var part in (ImageDataset[])[train, test])
            {
                for (int i = 0; i < part.Count; i++)
                {
                    part.Read(i, pixels);
                    writer.Add(pixels, part.Labels[i]);
                }
            }

            writer.Finish();
        });
    }

    /// <summary>Opens the file and checks it; the pixels of version 2 are checked as they are read.</summary>
    /// <param name="threads">Most threads that decode pictures which stayed in their folder; null: all cores.</param>
    /// <exception cref="CheckpointFormatException">Damaged, altered, or no such file; names the field.</exception>
    public static ImageDatasetPair Load(string path, int? threads = null)
    {
        using var reader = SafetensorsReader.Open(path);
        return Version(reader) == 1 ? PackedVersion1.Load(reader) : PackedReader.Load(reader, threads);
    }

    /// <summary>Reads every image and computes the fingerprint again that the import has stored.</summary>
    /// <exception cref="Exception">An image, or the whole, is not what it was at import; names it.</exception>
    public static void Verify(string path)
    {
        var (train, test) = Load(path);
        foreach (var (part, key) in new[] { (train, "train_sha256"), (test, "test_sha256") })
        {
            if (part.Digest() is var digest && digest != part.Sha256)
                throw new CheckpointFormatException(path, key, $"is {part.Sha256}, but the images have {digest}");
        }
    }

    /// <summary>What the header says, without the images.</summary>
    /// <exception cref="CheckpointFormatException">No such file.</exception>
    public static DatasetManifest ReadManifest(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        if (Version(reader) == 1) return PackedVersion1.ReadManifest(reader);
        var header = PackedHeader.Read(reader);
        return Unreadable(path) with
        {
            Title = $"imported; {header.Split}; {header.Filter}"
                + (header.Folder is null ? "" : $"; pictures stay in {header.Folder}"),
            Channels = header.Extents.Channels,
            Height = header.Extents.Height,
            Width = header.Extents.Width,
            Classes = header.Classes,
            TrainCount = PackedTensors.Count(reader, header, PackedTensors.Train),
            TestCount = PackedTensors.Count(reader, header, PackedTensors.Test),
            LeftOut = header.LeftOut,
        };
    }

    /// <summary>All that is known of a file that cannot be read.</summary>
    internal static DatasetManifest Unreadable(string path) => new()
    {
        Name = Path.GetFileName(path),
        Title = "imported",
        Kind = DatasetKind.Files,
        Format = DatasetFormat.Packed,
        Channels = 0,
        Height = 0,
        Width = 0,
        Classes = [],
        TrainCount = 0,
        TestCount = 0,
        Licence = "its owner's",
        Citation = "none",
    };

    internal static string Text(SafetensorsReader reader, string key) => reader.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new CheckpointFormatException(reader.Path, key, "is missing from the metadata: not an imported data set");

    private static int Version(SafetensorsReader reader)
    {
        string format = Text(reader, PackedHeader.FormatKey), version = Text(reader, PackedHeader.VersionKey);
        return format == PackedHeader.FormatName && version is ("1" or "2")
            ? version[0] - '0'
            : throw new CheckpointFormatException(reader.Path, PackedHeader.FormatKey,
                $"is '{format}' {version}; expected '{PackedHeader.FormatName}' 1 or 2");
    }
}
