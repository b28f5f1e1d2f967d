using System.Globalization;
using System.Text.RegularExpressions;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// The checkpoints of a run, each a <see cref="CheckpointPair"/>: <c>checkpoints/step-00012000.safetensors</c> with its
/// state, of which the last few and the best by <see cref="CheckpointInfo.Score"/> are kept (ties: the earliest), and beside
/// the folder the last of all, <c>model.safetensors</c>. An older one goes only after the newer one is safely on the disk,
/// and files that do not open are no reason to delete one that does.
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

    /// <summary>Where the run's last checkpoint goes.</summary>
    public string Final => System.IO.Path.Combine(Parent, ModelFolder.Model);

    private string Parent => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? Path;

    /// <summary>Writes the checkpoint under its step's name, then removes what need not be kept.</summary>
    /// <param name="model">The effective weights.</param>
    /// <param name="training">All of the same moment that training goes on from.</param>
    /// <param name="final">Whether it is the run's last, whose model is the run's.</param>
    /// <returns>The model file's path.</returns>
    /// <exception cref="IOException">The disk is full or the folder not writable; every older checkpoint is
    /// intact.</exception>
    public string Save(Checkpoint model, Checkpoint training, bool final = false)
    {
        // A folder that someone removed while the run goes on is not made anew behind his back.
        if (!Directory.Exists(Parent)) throw new IOException($"the folder '{Parent}' is gone");
        try
        {
            FolderSync.Create(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot create the folder '{Path}': {SystemReason.Of(e)}", e);
        }
        string file = final ? Final : FileOf(training.Info.Step);
        CheckpointPair.Save(model, training, file);
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
                return new CheckpointLookup(CheckpointPair.Load(file), file, damaged);
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
        {
            // A state without its model is no checkpoint; a model without its state would be a damaged one.
            TryDelete(file);
            TryDelete(CheckpointPair.StateOf(file));
        }

        foreach (string state in Directory.GetFiles(Path).Where(IsOrphan)) TryDelete(state);
    }

    // What a process left that was killed between the two files.
    private static bool IsOrphan(string file) => CheckpointPair.ModelOf(file) is { } model
        && NamePattern().IsMatch(System.IO.Path.GetFileName(model)) && !File.Exists(model);

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
                readable.Add((file, CheckpointPair.LoadInfo(file)));
            }
            catch (Exception e) when (IsDamage(e))
            {
                _damaged.Add(file);
            }
        }
        return readable;
    }

    // A final model that an older program wrote has no state and is no checkpoint.
    private IEnumerable<string> Files() => File.Exists(Final) && File.Exists(CheckpointPair.StateOf(Final))
        ? Steps().Append(Final)
        : Steps();

    /// <summary>By step, which the name gives.</summary>
    private IEnumerable<string> Steps() => !Directory.Exists(Path)
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
