using System.Text.Json;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats.Layouts;

/// <summary>
/// What <c>config.json</c> and <c>preprocessor_config.json</c> beside a checkpoint say of it, as HuggingFace and timm's
/// hub write them; what they do not say is null.
/// </summary>
internal sealed record ForeignConfig
{
    private static readonly string[] Usual = ["model.safetensors", "pytorch_model.bin"];

    public int? Heads { get; init; }

    public float? NormEpsilon { get; init; }

    public (int Height, int Width)? ImageSize { get; init; }

    public IReadOnlyList<string>? ClassNames { get; init; }

    public IReadOnlyList<float>? Mean { get; init; }

    public IReadOnlyList<float>? Std { get; init; }

    /// <summary>The weights of a folder that <c>save_pretrained</c> or timm's hub wrote; null where it is none.</summary>
    public static string? WeightsIn(string folder) => File.Exists(Path.Combine(folder, "config.json"))
        ? Usual.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        : null;

    /// <exception cref="CheckpointFormatException">A file is no JSON, or asks for what no model has; names it.</exception>
    public static ForeignConfig Beside(string weights)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(weights))!;
        if (!Usual.Contains(Path.GetFileName(weights))) return new ForeignConfig();
        var config = Read(Path.Combine(folder, "config.json"), Of) ?? new ForeignConfig();
        return Read(Path.Combine(folder, "preprocessor_config.json"), (_, json) => config with
        {
            Mean = config.Mean ?? Numbers(json, "image_mean"),
            Std = config.Std ?? Numbers(json, "image_std"),
        }) ?? config;
    }

    private static ForeignConfig Of(string file, JsonElement json)
    {
        if (Text(json, "hidden_act") is { } act && act != "gelu")
            throw new CheckpointFormatException(file, "hidden_act", $"is '{act}'; only gelu is supported");
        var inner = json.TryGetProperty("pretrained_cfg", out var timm) && timm.ValueKind == JsonValueKind.Object ? timm : json;
        return new ForeignConfig
        {
            Heads = Number(json, "num_attention_heads") is { } heads ? (int)heads : null,
            NormEpsilon = Number(json, "layer_norm_eps") is { } epsilon and > 0 ? (float)epsilon : null,
            ImageSize = Size(json, "image_size") ?? Size(inner, "input_size"),
            ClassNames = Names(json),
            Mean = Numbers(inner, "mean"),
            Std = Numbers(inner, "std"),
        };
    }

    private static (int, int)? Size(JsonElement json, string key)
    {
        if (Number(json, key) is { } side) return ((int)side, (int)side);
        float[]? extents = Numbers(json, key);
        return extents is { Length: >= 2 } ? ((int)extents[^2], (int)extents[^1]) : null;
    }

    private static string[]? Names(JsonElement json)
    {
        if (json.TryGetProperty("label_names", out var list) && list.ValueKind == JsonValueKind.Array)
            return [.. list.EnumerateArray().Select(n => n.ToString())];
        if (!json.TryGetProperty("id2label", out var map) || map.ValueKind != JsonValueKind.Object) return null;
        string[] names = new string[map.EnumerateObject().Count()];
        foreach (var entry in map.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, out int id) || id < 0 || id >= names.Length) return null;
            names[id] = entry.Value.ToString();
        }

        return Array.TrueForAll(names, n => n is not null) ? names : null;
    }

    private static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static float[]? Numbers(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number)
            ? [.. value.EnumerateArray().Select(v => v.GetSingle())]
            : null;

    private static ForeignConfig? Read(string file, Func<string, JsonElement, ForeignConfig> of)
    {
        if (!File.Exists(file)) return null;
        RegularFile.Require(file);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return json.RootElement.ValueKind == JsonValueKind.Object ? of(file, json.RootElement) : null;
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException(file, "JSON", $"is damaged: {e.Message}", e);
        }
    }
}
