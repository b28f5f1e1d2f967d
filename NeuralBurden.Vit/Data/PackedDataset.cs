using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// A data set of one's own in one file, <c>NAME.nbset</c>: a safetensors file with the tensors <c>train.images</c> and
/// <c>test.images</c> (U8 [N, C, H, W]), <c>train.labels</c> and <c>test.labels</c> (U8 [N]), and in its metadata the
/// names and counts of the classes, the rule of the split, the filter of a resize, and the SHA-256 of the four tensors in
/// this order; also that of each split, as <see cref="ImageDataset.Sha256"/> has it. Any safetensors library reads it.
/// </summary>
public static class PackedDataset
{
    public const string Extension = ".nbset";

    private const string FormatKey = "format", FormatName = "neuralburden-dataset", VersionKey = "version", Version = "1";
    private const string ClassesKey = "classes", SplitKey = "split", FilterKey = "filter", DigestKey = "sha256";
    private const string TrainDigestKey = "train_sha256", TestDigestKey = "test_sha256";
    private const string TrainCountsKey = "train_counts", TestCountsKey = "test_counts";
    private static readonly string[] Tensors = ["train.images", "train.labels", "test.images", "test.labels"];

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

    /// <summary>Writes the file in one step: an older one stays until the new one is whole.</summary>
    /// <param name="split">How the splits were made, for the reader.</param>
    /// <param name="filter">How images were resized, for the reader.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ImageDatasetPair data, string split, string filter)
    {
        var (train, test) = data;
        byte[][] bytes = [train.Pixels.ToArray(), train.Labels.ToArray(), test.Pixels.ToArray(), test.Labels.ToArray()];
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = FormatName,
            [VersionKey] = Version,
            [ClassesKey] = JsonSerializer.Serialize(train.ClassNames),
            [TrainCountsKey] = Counts(train),
            [TestCountsKey] = Counts(test),
            [SplitKey] = split,
            [FilterKey] = filter,
            [DigestKey] = Digest(bytes),
            [TrainDigestKey] = train.Sha256,
            [TestDigestKey] = test.Sha256,
        };
        SafetensorsWriter.Write(
            path,
            [
                NamedTensor.Of(Tensors[0], ShapeOf(train), bytes[0]),
                NamedTensor.Of(Tensors[1], [train.Count], bytes[1]),
                NamedTensor.Of(Tensors[2], ShapeOf(test), bytes[2]),
                NamedTensor.Of(Tensors[3], [test.Count], bytes[3]),
            ],
            metadata);
    }

    /// <summary>Reads the file in full and holds it against its checksum.</summary>
    /// <exception cref="CheckpointFormatException">Damaged, altered, or no such file; names the field.</exception>
    public static ImageDatasetPair Load(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        var manifest = ReadManifest(reader);
        var bytes = new byte[Tensors.Length][];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = new byte[reader.Get(Tensors[i]).ByteLength];
            reader.ReadBytes(Tensors[i], bytes[i]);
        }

        string digest = Digest(bytes);
        if (digest != Text(reader, DigestKey))
            throw new CheckpointFormatException(path, DigestKey, $"is {Text(reader, DigestKey)}, but the images have {digest}");
        try
        {
            var train = Create(bytes[0], bytes[1], null);
            return new ImageDatasetPair(train, Create(bytes[2], bytes[3], train));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointFormatException(path, "labels", e.Message, e);
        }

        ImageDataset Create(byte[] pixels, byte[] labels, ImageDataset? normalizer) => new(
            manifest.Name, manifest.Channels, manifest.Height, manifest.Width, manifest.Classes, pixels, labels, normalizer);
    }

    /// <summary>What the header says, without the images.</summary>
    /// <exception cref="CheckpointFormatException">No such file.</exception>
    public static DatasetManifest ReadManifest(string path)
    {
        using var reader = SafetensorsReader.Open(path);
        return ReadManifest(reader);
    }

    private static DatasetManifest ReadManifest(SafetensorsReader reader)
    {
        if (Text(reader, FormatKey) != FormatName || Text(reader, VersionKey) != Version)
        {
            throw new CheckpointFormatException(reader.Path, FormatKey,
                $"is '{Text(reader, FormatKey)}' {Text(reader, VersionKey)}; expected '{FormatName}' {Version}");
        }

        string[] classes = Classes(reader);
        var images = Images(reader, Tensors[0]);
        var tests = Images(reader, Tensors[2]);
        if (!tests.Shape.Skip(1).SequenceEqual(images.Shape.Skip(1)))
            throw new CheckpointFormatException(reader.Path, Tensors[2], $"is {tests}; {Tensors[0]} is {images}");
        RequireLabels(reader, Tensors[1], images);
        RequireLabels(reader, Tensors[3], tests);

        return Unreadable(reader.Path) with
        {
            Title = $"imported; {Text(reader, SplitKey)}; {Text(reader, FilterKey)}",
            Channels = (int)images.Shape[1],
            Height = (int)images.Shape[2],
            Width = (int)images.Shape[3],
            Classes = classes,
            TrainCount = (int)images.Shape[0],
            TestCount = (int)reader.Get(Tensors[2]).Shape[0],
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

    private static void RequireLabels(SafetensorsReader reader, string name, TensorInfo images)
    {
        var labels = reader.Get(name);
        if (labels.Dtype != TensorDtype.U8 || labels.Shape.Count != 1 || labels.Shape[0] != images.Shape[0])
            throw new CheckpointFormatException(reader.Path, name, $"is {labels}; its images are {images}");
    }

    private static string[] Classes(SafetensorsReader reader)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(Text(reader, ClassesKey)) is { Length: >= 1 and <= 256 } names
                ? names
                : throw new CheckpointFormatException(reader.Path, ClassesKey, "names no class, or more than 256");
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(reader.Path, ClassesKey, $"is no list of names: {e.Message}", e);
        }
    }

    private static TensorInfo Images(SafetensorsReader reader, string name)
    {
        var info = reader.Get(name);
        return info.Dtype == TensorDtype.U8 && info.Shape.Count == 4 && info.ByteLength is > 0 and <= int.MaxValue
            ? info
            : throw new CheckpointFormatException(reader.Path, name, $"is {info}; expected U8 [N, C, H, W], up to 2 GiB");
    }

    private static string Text(SafetensorsReader reader, string key) => reader.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new CheckpointFormatException(reader.Path, key, "is missing from the metadata: not an imported data set");

    private static int[] ShapeOf(ImageDataset data) => [data.Count, data.Channels, data.Height, data.Width];

    private static string Counts(ImageDataset data)
    {
        var counts = new int[data.ClassCount];
        foreach (byte label in data.Labels) counts[label]++;
        return string.Join(' ', counts.Select(c => c.ToString(CultureInfo.InvariantCulture)));
    }

    private static string Digest(byte[][] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in parts) hash.AppendData(part);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
