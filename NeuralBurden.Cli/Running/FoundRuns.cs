using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>The finished runs of folders that somebody names; what is none is left out and told.</summary>
internal static class FoundRuns
{
    /// <param name="shell">Hears what was left out, and why.</param>
    /// <param name="folders">Run folders, or folders that hold some.</param>
    public static IReadOnlyList<StoredRun> Read(Shell shell, IEnumerable<string> folders)
    {
        var runs = new List<StoredRun>();
        foreach (string folder in folders.SelectMany(Expand))
        {
            if (TryRead(folder, out string reason) is not { } run)
                shell.Error.WriteLine($"nb: {folder} {reason}; left out");
            else if (runs.Find(r => IsCopy(r, run)) is { } same)
                shell.Error.WriteLine($"nb: {folder} is the run of {same.Folder} again; left out");
            else
                runs.Add(run);
        }

        return runs;
    }

    // Name, config, seed and contents: a copy is no second measurement.
    private static bool IsCopy(StoredRun run, StoredRun other) =>
        ConfigText.RunId(run.Config) == ConfigText.RunId(other.Config) && run.Result.Content == other.Result.Content;

    private static IEnumerable<string> Expand(string folder)
    {
        if (IsRun(folder) || !Directory.Exists(folder)) return [folder];
        string[] inside = [.. Directory.GetDirectories(folder).Where(IsRun).Order(StringComparer.Ordinal)];
        return inside.Length == 0 ? [folder] : inside;
    }

    private static StoredRun? TryRead(string folder, out string reason)
    {
        reason = !Directory.Exists(folder) && !File.Exists(folder) ? "is not there"
            : File.Exists(folder) ? "is no run folder"
            : !IsRun(folder) ? "is no run folder and holds none"
            : !File.Exists(Path.Combine(folder, RunFolder.ResultFile)) ? "is not finished"
            : "";
        if (reason != "") return null;
        try
        {
            return StoredRuns.Read(folder);
        }
        catch (Exception e) when (e is UserException or SettingException or InvalidDataException or IOException
            or UnauthorizedAccessException)
        {
            reason = $"is damaged ({e.Message})";
            return null;
        }
    }

    private static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunFolder.ConfigFile));
}
