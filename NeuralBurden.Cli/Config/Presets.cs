using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Cli.Config;

/// <summary>The configs that the program carries: <c>configs/first.yaml</c> works where there is no such file.</summary>
internal static class Presets
{
    private const string Folder = "configs/";

    /// <summary>Paths of all presets in the repository, as <see cref="Find"/> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Presets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The preset that a path with a slip of the pen, or without folder and extension, may mean; else null.</summary>
    public static string? Nearest(string path)
    {
        string? stem = NearestName.Of(Stem(path), Names.Select(Stem));
        return Names.FirstOrDefault(name => Stem(name) == stem);
    }

    private static string Stem(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>The text of a preset, by its path in the repository; null where there is none of that name.</summary>
    public static string? Find(string path)
    {
        using var stream = typeof(Presets).Assembly.GetManifestResourceStream(path.Replace('\\', '/'));
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
