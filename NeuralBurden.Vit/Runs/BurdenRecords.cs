using System.Text.Json;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Runs;

/// <summary><c>burden.jsonl</c> of a run folder: a <see cref="BurdenRecord"/> per line, in the order measured.</summary>
public static class BurdenRecords
{
    /// <summary>Reads all records; a file that is not there holds none.</summary>
    /// <param name="path">A <c>burden.jsonl</c>.</param>
    /// <exception cref="InvalidDataException">A line is no record; the message names file, line and
    /// field.</exception>
    public static IReadOnlyList<BurdenRecord> Read(string path) =>
        RunFolder.ReadLines(path, RunJson.Default.BurdenRecord);

    /// <summary>Appends records in one write, flushed to the disk.</summary>
    internal static void Append(string path, IEnumerable<BurdenRecord> records)
    {
        using var lines = new MemoryStream();
        WriteLines(lines, records);
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        lines.WriteTo(file);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces the whole file.</summary>
    internal static void Write(string path, IEnumerable<BurdenRecord> records) =>
        AtomicFile.Write(path, stream => WriteLines(stream, records));

    private static void WriteLines(Stream stream, IEnumerable<BurdenRecord> records)
    {
        foreach (var record in records)
        {
            JsonSerializer.Serialize(stream, record, RunJson.Default.BurdenRecord);
            stream.WriteByte((byte)'\n');
        }
    }
}
