namespace NeuralBurden.Vit.Data;

/// <summary>
/// The folder that holds data sets: --data-dir, else NB_DATA, else the user's cache folder.
/// </summary>
/// <param name="Path">Absolute.</param>
/// <param name="Origin">Which of the three named it, for messages.</param>
public sealed record DataFolder(string Path, string Origin)
{
    public const string Option = "--data-dir", Variable = "NB_DATA";

    /// <param name="dataDir">The value of --data-dir, null when not given.</param>
    /// <param name="environment">Looks up an environment variable; null takes the process's own.</param>
    public static DataFolder Resolve(string? dataDir, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (dataDir?.Contains('\0') == true) throw new DataNotFoundException($"{Option}: has a NUL character");
        if (!string.IsNullOrEmpty(dataDir))
        {
            return new DataFolder(System.IO.Path.GetFullPath(dataDir), Option);
        }

        return environment(Variable) is { Length: > 0 } variable
            ? new DataFolder(System.IO.Path.GetFullPath(variable), Variable)
            : new DataFolder(CacheFolder(environment), "the user's cache folder");
    }

    /// <summary>
    /// $XDG_CACHE_HOME/neuralburden or ~/.cache/neuralburden; on Windows below the local application data.
    /// </summary>
    private static string CacheFolder(Func<string, string?> environment)
    {
        const string name = "neuralburden";
        if (OperatingSystem.IsWindows())
        {
            return System.IO.Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), name);
        }

        // The XDG rules ignore a relative path.
        return environment("XDG_CACHE_HOME") is { Length: > 0 } cache && System.IO.Path.IsPathRooted(cache)
            ? System.IO.Path.Combine(cache, name)
            : System.IO.Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", name);
    }
}
