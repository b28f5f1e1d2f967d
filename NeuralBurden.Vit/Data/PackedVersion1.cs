using System.Security.Cryptography;
using System.Text.Json;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// Files of version 1, of up to 2 GiB a split and 256 classes: <c>train.images</c> and <c>test.images</c> (U8 [N, C, H, W]),
/// <c>train.labels</c> and <c>test.labels</c> (U8 [N]), and in the metadata the SHA-256 of the four in this order. Such a
/// file is read in full.
/// </summary>
internal static class PackedVersion1
{
    private const int MostClasses = 256;
    private const string ClassesKey = "classes", SplitKey = "split", FilterKey = "filter", DigestKey = "sha256";
    private static readonly string[] Tensors = ["train.images", "train.labels", "test.images", "test.labels"];

    public static ImageDatasetPair Load(SafetensorsReader reader)
    {
        var manifest = ReadManifest(reader);
        byte[][] bytes = [.. Tensors.Select(reader.ReadRaw)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in bytes) hash.AppendData(part);
        string digest = Convert.ToHexStringLower(hash.GetHashAndReset()), stored = PackedDataset.Text(reader, DigestKey);
        if (digest != stored)
            throw new CheckpointFormatException(reader.Path, DigestKey, $"is {stored}, but the images have {digest}");
        try
        {
            var train = Create(bytes[0], bytes[1], null);
            return new ImageDatasetPair(train, Create(bytes[2], bytes[3], train));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointFormatException(reader.Path, "labels", e.Message, e);
        }

        ImageDataset Create(byte[] pixels, byte[] labels, ImageDataset? normalizer) => new(
            manifest.Name, manifest.Channels, manifest.Height, manifest.Width, manifest.Classes, pixels,
            ClassLabels.FromBytes(labels, MostClasses), normalizer);
    }

    public static DatasetManifest ReadManifest(SafetensorsReader reader)
    {
        string[] classes = Classes(reader);
        TensorInfo images = Images(reader, Tensors[0]), tests = Images(reader, Tensors[2]);
        if (!tests.Shape.Skip(1).SequenceEqual(images.Shape.Skip(1)))
            throw new CheckpointFormatException(reader.Path, Tensors[2], $"is {tests}; {Tensors[0]} is {images}");
        RequireLabels(reader, Tensors[1], images);
        RequireLabels(reader, Tensors[3], tests);
        return PackedDataset.Unreadable(reader.Path) with
        {
            Title = $"imported; {PackedDataset.Text(reader, SplitKey)}; {PackedDataset.Text(reader, FilterKey)}",
            Channels = (int)images.Shape[1],
            Height = (int)images.Shape[2],
            Width = (int)images.Shape[3],
            Classes = classes,
            TrainCount = (int)images.Shape[0],
            TestCount = (int)tests.Shape[0],
        };
    }

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
            string[]? read = JsonSerializer.Deserialize<string[]>(PackedDataset.Text(reader, ClassesKey));
            return read is { Length: >= 1 and <= MostClasses } names
                ? names
                : throw new CheckpointFormatException(reader.Path, ClassesKey, $"names no class, or more than {MostClasses}");
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(reader.Path, ClassesKey, $"is no list of names: {e.Message}", e);
        }
    }

    private static TensorInfo Images(SafetensorsReader reader, string name)
    {
        var info = reader.Get(name);
        return info.Dtype == TensorDtype.U8 && info.Shape.Count == 4 && info.ByteLength > 0 && info.ByteLength <= Array.MaxLength
            ? info
            : throw new CheckpointFormatException(reader.Path, name, $"is {info}; expected U8 [N, C, H, W], up to 2 GiB");
    }
}
