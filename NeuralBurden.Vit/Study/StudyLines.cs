using System.Text.Json;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>Reads and writes <c>study.json</c>: everything but the runs first, then each run on a line of its own.</summary>
internal static class StudyLines
{
    private const string Version = "version";

    // Version 1 named it so.
    private const string Format = "format";

    public static void Write(Stream stream, StudyData data)
    {
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(data with { Runs = [], Others = [] }, StudyJson.Default.StudyData);
        // The lists of runs are the last members: ...,"runs":[],"others":[]}
        stream.Write(head.AsSpan(0, head.Length - "[],\"others\":[]}"u8.Length));
        Write(stream, data.Runs);
        stream.Write(",\"others\":"u8);
        Write(stream, data.Others);
        stream.Write("}\n"u8);
    }

    /// <exception cref="InvalidDataException">The file is damaged or of another version.</exception>
    public static StudyData Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            RequireVersion(bytes);
            RunFolder.RefuseNullElements(bytes);
            var data = JsonSerializer.Deserialize(bytes, StudyJson.Default.StudyData)
                ?? throw new JsonException("holds null instead of a study");
            foreach (var run in data.Lines) RequireFactors(run);
            return data;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static void Write(Stream stream, IReadOnlyList<StudyRun> runs)
    {
        stream.WriteByte((byte)'[');
        for (int i = 0; i < runs.Count; i++)
        {
            stream.Write(i == 0 ? "\n"u8 : ",\n"u8);
            JsonSerializer.Serialize(stream, runs[i], StudyJson.Default.StudyRun);
        }

        stream.Write("\n]"u8);
    }

    // Everything that is told of a run reads them.
    private static void RequireFactors(StudyRun run)
    {
        try
        {
            _ = (run.Method, run.Sparsity, run.Merge, run.MergeLayer, run.Epochs, run.Small);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new JsonException($"runs: {run.Id}: factors: {e.Message}", e);
        }
    }

    // Before anything else is read: of another version nothing can be expected.
    private static void RequireVersion(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException($"holds {root.ValueKind} instead of a study");
        if (!root.TryGetProperty(Version, out var version) && !root.TryGetProperty(Format, out version))
            throw new JsonException($"has no '{Version}'");
        if (version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out int v) && v == StudyData.CurrentVersion) return;
        throw new JsonException(
            $"is of version {version}; this program reads version {StudyData.CurrentVersion}. Version 1 is the first "
            + "engine's, whose verdicts are withdrawn; move the file away, and the study makes its runs anew");
    }
}
