using NeuralBurden.Vit.Burden;

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
}
