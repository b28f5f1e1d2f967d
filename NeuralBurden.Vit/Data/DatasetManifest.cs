using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// What is known of a data set before any of it is there: the files of the repository's folder datasets/,
/// which travel inside the assembly. Counts are those of the published set; other IDX files of the same names
/// and image size are read as well.
/// </summary>
public sealed record DatasetManifest
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public required string Name { get; init; }

    public required string Title { get; init; }

    public required DatasetKind Kind { get; init; }

    public required DatasetFormat Format { get; init; }

    public required int Channels { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    /// <summary>In the order of the labels.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required int TrainCount { get; init; }

    public required int TestCount { get; init; }

    /// <summary>
    /// Folders below the data folder that may hold the files, besides the data folder itself.
    /// </summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Unpacked files; each may be there as NAME or NAME.gz.</summary>
    public IReadOnlyList<DatasetFile> Files { get; init; } = [];

    /// <summary>Archive that holds all files below <see cref="ArchiveFolder"/>, if there is one.</summary>
    public string? Archive { get; init; }

    public string? ArchiveFolder { get; init; }

    /// <summary>What <see cref="Mirrors"/> offer: mirror + name is an address.</summary>
    public IReadOnlyList<DatasetFile> Downloads { get; init; } = [];

    public IReadOnlyList<string> Mirrors { get; init; } = [];

    /// <summary>Parameters of the generator, for an embedded set.</summary>
    public JsonElement? Generator { get; init; }

    /// <summary>What an import found and left out, a kind a line.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    public required string Licence { get; init; }

    public required string Citation { get; init; }

    /// <summary>All manifests, embedded sets first, then by name.</summary>
    public static IReadOnlyList<DatasetManifest> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("datasets/", StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(manifest => manifest.Kind)
            .ThenBy(manifest => manifest.Name, StringComparer.Ordinal)];
    }

    internal T ReadGenerator<T>() => Generator is { } element
        ? element.Deserialize<T>(Json)!
        : throw new InvalidOperationException($"Data set '{Name}' has no generator.");

    private static DatasetManifest Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<DatasetManifest>(stream, Json)!;
    }
}
