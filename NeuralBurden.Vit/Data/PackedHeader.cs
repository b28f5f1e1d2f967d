using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NeuralBurden.Vit.Data.Storage;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Data;

/// <summary>The metadata of a <c>.nbset</c> file of version 2, <see cref="PackedDataset"/>.</summary>
internal sealed record PackedHeader
{
    public const string FormatKey = "format", FormatName = "neuralburden-dataset", VersionKey = "version";

    /// <summary>SHA-256 of all of the file but the pixels, which have checksums.</summary>
    public const string HeadDigestKey = "head_sha256";

    private const int LargestSize = 1 << 14, MostChannels = 1 << 10;

    public required string Name { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required (int Channels, int Height, int Width) Extents { get; init; }

    /// <summary>How the splits were made, for the reader.</summary>
    public required string Split { get; init; }

    /// <summary>How pictures were resized, for the reader.</summary>
    public required string Filter { get; init; }

    /// <summary>What of the folder is not in the set, a kind a line.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    public IReadOnlyList<float> Mean { get; init; } = [];

    public IReadOnlyList<float> Std { get; init; } = [];

    public string TrainSha256 { get; init; } = "";

    public string TestSha256 { get; init; } = "";

    /// <summary>Where the pictures are that the file only lists; null where it holds their pixels.</summary>
    public string? Folder { get; init; }

    /// <summary>What becomes of a listed picture when it is read.</summary>
    public PictureRule Rule { get; init; } = new(null, false);

    public int ImageBytes => Extents.Channels * Extents.Height * Extents.Width;

    public Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = FormatName,
            [VersionKey] = "2",
            ["name"] = Name,
            ["classes"] = JsonSerializer.Serialize(Classes),
            ["channels"] = Number(Extents.Channels),
            ["height"] = Number(Extents.Height),
            ["width"] = Number(Extents.Width),
            ["split"] = Split,
            ["filter"] = Filter,
            ["left_out"] = JsonSerializer.Serialize(LeftOut),
            ["mean"] = Numbers(Mean),
            ["std"] = Numbers(Std),
            ["train_sha256"] = TrainSha256,
            ["test_sha256"] = TestSha256,
        };
        if (Folder is null) return metadata;
        metadata["folder"] = Folder;
        metadata["size"] = Number(Rule.Size ?? 0);
        metadata["grey"] = Number(Rule.Grey ? 1 : 0);
        return metadata;
    }

    /// <exception cref="CheckpointFormatException">A value is missing or out of range; names the key.</exception>
    public static PackedHeader Read(SafetensorsReader reader)
    {
        var metadata = new MetadataReader(reader.Path, reader.Metadata);
        int height = metadata.Within("height", 1, LargestSize), width = metadata.Within("width", 1, LargestSize);
        var extents = (metadata.Within("channels", 1, MostChannels), height, width);
        var header = new PackedHeader
        {
            Name = metadata.Text("name"),
            Classes = Texts(metadata, "classes"),
            Extents = extents,
            Split = metadata.Text("split"),
            Filter = metadata.Text("filter"),
            LeftOut = Texts(metadata, "left_out"),
            Mean = Floats(metadata, "mean", extents.Item1, float.MinValue),
            Std = Floats(metadata, "std", extents.Item1, float.Epsilon),
            TrainSha256 = metadata.Text("train_sha256"),
            TestSha256 = metadata.Text("test_sha256"),
            Folder = metadata.Has("folder") ? metadata.Text("folder") : null,
        };
        if (header.Classes.Count is < 1 or > ClassLabels.MostClasses)
            throw metadata.Error("classes", $"names {header.Classes.Count} classes; expected 1 to {ClassLabels.MostClasses}");
        if ((long)extents.Item1 * height * width > Array.MaxLength)
            throw metadata.Error("channels", $"{extents} are the extents of an image of more than {Array.MaxLength} bytes");
        if (header.Folder is null) return header;
        int size = metadata.Within("size", 0, LargestSize);
        return header with { Rule = new PictureRule(size == 0 ? null : size, metadata.Within("grey", 0, 1) == 1) };
    }

    /// <summary>SHA-256 of the metadata but this digest, of the tensors' types and shapes, and of all tables.</summary>
    public static string HeadDigest(
        IReadOnlyDictionary<string, string> metadata, IEnumerable<TensorInfo> tensors, Func<TensorInfo, byte[]?> table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata.Where(m => m.Key != HeadDigestKey).OrderBy(m => m.Key, StringComparer.Ordinal))
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes<string[]>([key, value]));
        foreach (var tensor in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{tensor}\n"));
            if (table(tensor) is { } bytes) hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Numbers(IEnumerable<float> values) =>
        string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));

    private static IReadOnlyList<string> Texts(MetadataReader metadata, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(metadata.Text(key)) is { } texts && !texts.Contains(null)
                ? [.. texts.OfType<string>()]
                : throw metadata.Error(key, "is no list of texts");
        }
        catch (JsonException e)
        {
            throw metadata.Error(key, $"is no list of texts: {e.Message}");
        }
    }

    private static float[] Floats(MetadataReader metadata, string key, int count, float least)
    {
        string text = metadata.Text(key);
        var values = new List<float>();
        foreach (string word in text.Split(' '))
        {
            if (float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                && float.IsFinite(value) && value >= least)
            {
                values.Add(value);
            }
        }

        return values.Count == count && text.Split(' ').Length == count
            ? [.. values]
            : throw metadata.Error(key, $"is '{text}'; expected {count} numbers{(least > 0 ? " above 0" : "")}");
    }
}
