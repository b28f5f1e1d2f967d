using System.Globalization;

namespace NeuralBurden.Vit.Formats;

/// <summary>Typed look-ups in a file's metadata; a missing or malformed value is an error that names the
/// key.</summary>
internal sealed class MetadataReader(string file, IReadOnlyDictionary<string, string> metadata)
{
    public bool Has(string key) => metadata.ContainsKey(key);

    public string Text(string key) =>
        metadata.TryGetValue(key, out string? value) ? value : throw Error(key, "is missing");

    public T Parse<T>(string key, string expected)
        where T : IParsable<T> =>
        T.TryParse(Text(key), CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw Error(key, $"is '{Text(key)}'; expected {expected}");

    public long Count(string key)
    {
        const string expected = "a whole number from 0 to 2^63 - 1";
        long value = Parse<long>(key, expected);
        return value >= 0 ? value : throw Error(key, $"is {value}; expected {expected}");
    }

    public int Within(string key, int least, int most)
    {
        long value = Count(key);
        return value >= least && value <= most
            ? (int)value
            : throw Error(key, $"is {value}; expected {least} to {most}");
    }

    public CheckpointFormatException Error(string key, string problem) =>
        new(file, $"{SafetensorsHeader.MetadataKey}.{key}", problem);
}
