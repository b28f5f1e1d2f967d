using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// A file of a run with a JSON record a line, to which lines are only added. A checkpoint therefore names what was
/// recorded until then by how much of the file it is, and does not grow with the records.
/// </summary>
/// <typeparam name="T">A record.</typeparam>
public sealed class RecordLog<T>(string path, JsonTypeInfo<T> type)
    where T : class
{
    private readonly List<T> _records = [];

    /// <summary>What this process has added or taken up, in order.</summary>
    public IReadOnlyList<T> Records => _records;

    /// <summary>Length of the file with <see cref="Records"/>.</summary>
    internal long Bytes { get; private set; }

    /// <summary>CRC-32C of those bytes.</summary>
    internal uint Sum { get; private set; }

    /// <summary>
    /// Adds lines in one write, flushed to the disk. A file that lost lines meanwhile, or was removed, is written anew.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written, or somebody else adds to it.</exception>
    public void Append(IReadOnlyList<T> records)
    {
        if (records.Count == 0) return;
        _records.AddRange(records);
        long found = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (found > Bytes)
            throw new IOException($"{path}: has {found} bytes where this run wrote {Bytes}: something else writes it too");
        if (found < Bytes)
        {
            Replace();
            return;
        }

        byte[] lines = Lines(records);
        using (var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            file.Write(lines);
            file.Flush(flushToDisk: true);
        }

        if (Bytes == 0) FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Count(lines);
    }

    /// <summary>Replaces the whole file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(IEnumerable<T> records)
    {
        TakeUp(records);
        Replace();
    }

    /// <summary>Takes up the records of a file's first bytes; the file stays as it is until <see cref="Cut"/>.</summary>
    /// <returns>What is wrong with the file, null where nothing is.</returns>
    /// <exception cref="InvalidDataException">A line is no record.</exception>
    internal string? TryRestore(long bytes, uint sum)
    {
        long found = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (bytes < 0 || bytes > found) return $"needs the first {bytes} bytes of {path}, which has {found}";
        byte[] lines = new byte[bytes];
        if (bytes > 0)
        {
            using var file = File.OpenRead(path);
            file.ReadExactly(lines);
        }

        if (Crc32C.Of(lines) != sum) return $"does not go with {path}, which was altered since";
        TakeUp(RunFolder.ReadLines(path, lines, type));
        Count(lines);
        return null;
    }

    /// <summary>Takes up records that the file may lack; <see cref="Cut"/> writes them.</summary>
    internal void TakeUp(IEnumerable<T> records)
    {
        var taken = records.ToList();
        _records.Clear();
        _records.AddRange(taken);
        (Bytes, Sum) = (0, 0);
    }

    /// <summary>Makes the file hold <see cref="Records"/> alone; without any, removes it.</summary>
    internal void Cut()
    {
        if (_records.Count == 0)
        {
            File.Delete(path);
        }
        else if (Bytes == 0)
        {
            Replace();
        }
        else
        {
            // In place, so that no moment is without the lines that a checkpoint refers to.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
            file.SetLength(Bytes);
            file.Flush(flushToDisk: true);
        }
    }

    private void Replace()
    {
        byte[] lines = Lines(_records);
        AtomicFile.WriteAllBytes(path, lines);
        (Bytes, Sum) = (0, 0);
        Count(lines);
    }

    private void Count(byte[] lines) => (Bytes, Sum) = (Bytes + lines.Length, Crc32C.Append(Sum, lines));

    private byte[] Lines(IEnumerable<T> records)
    {
        using var lines = new MemoryStream();
        foreach (var record in records)
        {
            JsonSerializer.Serialize(lines, record, type);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }
}
