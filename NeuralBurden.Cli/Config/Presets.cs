namespace NeuralBurden.Cli.Config;

/// <summary>The configs that the program carries: <c>configs/first.yaml</c> works where there is no such file.</summary>
internal static class Presets
{
    /// <summary>The text of a preset, by its path in the repository; null where there is none of that name.</summary>
    public static string? Find(string path)
    {
        using var stream = typeof(Presets).Assembly.GetManifestResourceStream(path.Replace('\\', '/'));
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
