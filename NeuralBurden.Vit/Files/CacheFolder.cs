namespace NeuralBurden.Vit.Files;

/// <summary>
/// Where the program keeps what it can find out again: NB_CACHE, else XDG_CACHE_HOME/neuralburden or
/// ~/.cache/neuralburden, on Windows below the local application data.
/// </summary>
internal static class CacheFolder
{
    public const string Variable = "NB_CACHE";

    private const string Name = "neuralburden";

    public static string Resolve(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } chosen) return Path.GetFullPath(chosen);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name);
        // The XDG rules ignore a relative path.
        return environment("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)
            ? Path.Combine(cache, Name)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", Name);
    }
}
