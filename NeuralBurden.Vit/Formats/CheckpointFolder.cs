using System.Globalization;
using System.Text.RegularExpressions;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// The <c>checkpoints/</c> folder of a run: <c>step-00012000.safetensors</c>, of which the last few and the
/// best by <see cref="CheckpointInfo.Score"/> are kept (ties: the earliest). An older file goes only after
/// the newer one is safely on the disk, and files that do not open are no reason to delete one that does.
/// </summary>
/// <param name="path">Need not exist yet.</param>
/// <param name="keepLast">At least 1.</param>
public sealed partial class CheckpointFolder(string path, int keepLast = 2)
{
    private readonly int _keepLast = keepLast >= 1
        ? keepLast
        : throw new ArgumentOutOfRangeException(nameof(keepLast), keepLast, "expected at least 1");

    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    /// <summary>Writes the checkpoint under its step's name, then removes what need not be kept.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="IOException">The disk is full or the folder not writable; every older checkpoint is
    /// intact.</exception>
    public string Save(Checkpoint checkpoint)
    {
        // A folder that someone removed while the run goes on is not made anew behind his back.
        string parent = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? Path;
        if (!Directory.Exists(parent)) throw new IOException($"the folder '{parent}' is gone");
        try
        {
            FolderSync.Create(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot create the folder '{Path}': {SystemReason.Of(e)}", e);
        }
        string file = FileOf(checkpoint.Info.Step);
        checkpoint.Save(file);
        _damaged.Remove(file);
        RemoveSuperfluous(file);
        return file;
    }

    /// <summary>The newest checkpoint that passes every check; damaged newer ones are skipped and
    /// reported.</summary>
    /// <exception cref="IOException">One cannot be read, which says nothing about what it holds.</exception>
    public CheckpointLookup FindLatest()
    {
        var damaged = new List<DamagedCheckpoint>();
        foreach (string file in Files().Reverse())
        {
            try
            {
                return new CheckpointLookup(Checkpoint.Load(file), file, damaged);
            }
            catch (CheckpointFormatException e)
            {
                _damaged.Add(file);
                damaged.Add(new DamagedCheckpoint(file, e.Message));
            }
        }
        return new CheckpointLookup(null, null, damaged);
    }

    public string FileOf(long step) =>
        System.IO.Path.Combine(
            Path, string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}.safetensors"));

    private void RemoveSuperfluous(string written)
    {
        List<(string File, CheckpointInfo Info)> readable = Readable();
        HashSet<string> kept = [.. readable.TakeLast(_keepLast).Select(entry => entry.File), written];
        if (Best(readable) is { } best)
            kept.Add(best);
        foreach (string file in readable.Select(entry => entry.File).Where(file => !kept.Contains(file)))
            TryDelete(file);
    }

    private static bool IsDamage(Exception e) =>
        e is CheckpointFormatException or IOException or UnauthorizedAccessException;

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A superfluous file that stays costs space, not the run; the next save tries again.
        }
    }

    private static string? Best(List<(string File, CheckpointInfo Info)> readable) => readable
        .Where(entry => entry.Info.Score is { } score && !double.IsNaN(score))
        .OrderByDescending(entry => entry.Info.Score)
        .ThenBy(entry => entry.Info.Step)
        .Select(entry => entry.File)
        .FirstOrDefault();

    /// <summary>Those whose header is sound and that no lookup found damaged, oldest first.</summary>
    private List<(string File, CheckpointInfo Info)> Readable()
    {
        var readable = new List<(string, CheckpointInfo)>();
        foreach (string file in Files().Where(file => !_damaged.Contains(file)))
        {
            try
            {
                readable.Add((file, Checkpoint.LoadInfo(file)));
            }
            catch (Exception e) when (IsDamage(e))
            {
                _damaged.Add(file);
            }
        }
        return readable;
    }

    /// <summary>By step, which the name gives.</summary>
    private IEnumerable<string> Files() => !Directory.Exists(Path)
        ? []
        : Directory.GetFiles(Path)
            .Select(file => (File: file, Match: NamePattern().Match(System.IO.Path.GetFileName(file))))
            .Where(entry => entry.Match.Success)
            .OrderBy(entry => long.Parse(entry.Match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .Select(entry => entry.File)
            .ToArray();

    [GeneratedRegex(@"^step-([0-9]{8,18})\.safetensors\z")]
    private static partial Regex NamePattern();
}
