using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// The folder <c>NAME-HASH8</c> of one run. Whole files are written atomically and metrics line by line;
/// <c>result.json</c> comes last, so a folder with a result of the right hash is a finished run.
/// </summary>
public sealed class RunFolder
{
    public const string ConfigFile = "config.yaml";
    public const string EnvironmentFile = "env.json";
    public const string MetricsFile = "metrics.jsonl";
    public const string BurdenFile = "burden.jsonl";
    public const string ReferenceFile = "reference.safetensors";
    public const string ResultFile = "result.json";
    public const string MergesFile = "merges.json";
    public const string MergesPictureFile = "merges.png";
    public const string CheckpointsFolder = "checkpoints";
    public const string ModelFile = "model.safetensors";
    public const string SnapshotsFolder = "snapshots";
    public const string LoadsFile = "loads.json";

    private RunFolder(string path, RunConfig config)
    {
        Path = path;
        Config = config;
        CheckpointsPath = System.IO.Path.Combine(path, CheckpointsFolder);
        Metrics = new RecordLog<EpochRecord>(File(MetricsFile), RunJson.Default.EpochRecord);
        Burden = new RecordLog<BurdenRecord>(File(BurdenFile), RunJson.Default.BurdenRecord);
    }

    public string Path { get; }

    public RunConfig Config { get; }

    /// <summary><c>metrics.jsonl</c>: a record per epoch.</summary>
    public RecordLog<EpochRecord> Metrics { get; }

    /// <summary><c>burden.jsonl</c>: a record per measurement.</summary>
    public RecordLog<BurdenRecord> Burden { get; }

    /// <summary>
    /// Where the final model goes: effective weights under timm's names. <c>model.state.safetensors</c> beside it has what
    /// training needs more.
    /// </summary>
    public string CheckpointPath => File(ModelFile);

    /// <summary>Likewise with the moving average of the weights, in a run that keeps one.</summary>
    public string AverageCheckpointPath => System.IO.Path.Combine(Path, "model-ema.safetensors");

    /// <summary>Where the weights after a step go that <c>burden.snapshots</c> names.</summary>
    public string SnapshotPath(int step) => SnapshotPath(Path, step);

    /// <summary>The figures of a finished run; there only once it is finished.</summary>
    public string ResultPath => File(ResultFile);

    /// <summary>What a stopped run goes on from; its last checkpoint is the final model.</summary>
    public string CheckpointsPath { get; private init; }

    /// <summary>Whether another process writes the run and this one only reads its checkpoints.</summary>
    public bool IsFollower { get; private init; }

    /// <summary>
    /// The folder of a config's run under <paramref name="root"/>, created with its <c>config.yaml</c>; files
    /// of an earlier attempt stay.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written; nothing has been computed yet.</exception>
    public static RunFolder Open(string root, RunConfig config)
    {
        var folder = new RunFolder(Create(root, config), config);
        folder.WriteConfig();
        return folder;
    }

    /// <summary>Creates the folder of a config's run, still empty, to be locked; returns its path.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    internal static string Create(string root, RunConfig config)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, ConfigText.RunId(config)));
        try
        {
            FolderSync.Create(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write the run folder {path}: {SystemReason.Of(e)}", e);
        }
    }

    private void WriteConfig()
    {
        try
        {
            AtomicFile.WriteAllText(File(ConfigFile), ConfigText.ToYaml(Config));
        }
        catch (IOException e)
        {
            throw new IOException($"cannot write the run folder {Path}: {e.Message}", e);
        }
    }

    /// <summary>A folder that exists already, under whatever name, to go on in.</summary>
    /// <param name="config">Its own <c>config.yaml</c>.</param>
    public static RunFolder Existing(string path, RunConfig config) =>
        new(System.IO.Path.GetFullPath(path), config);

    /// <summary>
    /// The folder of a process that trains this run together with its writer: it goes on from the same checkpoints and
    /// writes what it has to say to <paramref name="scratch"/>.
    /// </summary>
    public RunFolder Follower(string scratch)
    {
        foreach (string name in (ReadOnlySpan<string>)[ReferenceFile, MetricsFile, BurdenFile])
        {
            if (System.IO.File.Exists(File(name)))
                System.IO.File.Copy(File(name), System.IO.Path.Combine(scratch, name), overwrite: true);
        }

        return new RunFolder(scratch, Config) { CheckpointsPath = CheckpointsPath, IsFollower = true };
    }

    /// <summary>
    /// Whether the run of this config under <paramref name="root"/> is finished; creates nothing.
    /// </summary>
    public static bool IsFinished(string root, RunConfig config)
    {
        string folder = System.IO.Path.Combine(root, ConfigText.RunId(config));
        string path = System.IO.Path.Combine(folder, ResultFile);
        try
        {
            // A result without its config is what is left of a folder that was removed under a run.
            return System.IO.File.Exists(path) && System.IO.File.Exists(System.IO.Path.Combine(folder, ConfigFile))
                && Read(path, RunJson.Default.RunResult).ConfigHash == ConfigText.Hash(config);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Removes what an unfinished attempt left, but for the records that were taken up from a checkpoint.</summary>
    public void Clear()
    {
        foreach (string name in (ReadOnlySpan<string>)[
            ResultFile, EnvironmentFile, MergesFile, MergesPictureFile, LoadsFile])
        {
            System.IO.File.Delete(File(name));
        }

        Metrics.Cut();
        Burden.Cut();
    }

    /// <summary>Whether training has begun in it: what comes before only looks.</summary>
    internal bool HasBegun => System.IO.File.Exists(File(EnvironmentFile));

    /// <summary>Removes the folder and all that is in it, as far as that goes.</summary>
    internal void TryRemove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What led here is the failure to report.
        }
    }

    public void WriteEnvironment(EnvironmentRecord environment) =>
        Write(EnvironmentFile, environment, RunJson.Default.EnvironmentRecord);

    public void WriteMerges(MergeLook look, RasterImage picture)
    {
        Write(MergesFile, look, RunJson.Default.MergeLook);
        PngWriter.Write(File(MergesPictureFile), picture);
    }

    /// <summary>Stores what was measured afterwards, moment by moment.</summary>
    public void WriteLoads(IReadOnlyList<LoadRecord> loads) => Write(LoadsFile, loads, RunJson.Default.IReadOnlyListLoadRecord);

    /// <summary>What was measured afterwards; null where nothing was yet.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names file and field.</exception>
    public IReadOnlyList<LoadRecord>? ReadLoads() =>
        System.IO.File.Exists(File(LoadsFile)) ? Read(File(LoadsFile), RunJson.Default.IReadOnlyListLoadRecord) : null;

    internal static string SnapshotPath(string folder, int step) =>
        System.IO.Path.Combine(folder, SnapshotsFolder, FormattableString.Invariant($"step-{step}.safetensors"));

    /// <summary>Stores the result, which marks the run as finished; a config that was removed meanwhile comes back.</summary>
    public void WriteResult(RunResult result)
    {
        if (!System.IO.File.Exists(File(ConfigFile))) WriteConfig();
        Write(ResultFile, result, RunJson.Default.RunResult);
    }

    /// <summary>Reads one JSON record.</summary>
    /// <exception cref="InvalidDataException">The file is not such a record; the message names file and
    /// field.</exception>
    internal static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            byte[] text = System.IO.File.ReadAllBytes(path);
            RefuseNullElements(text);
            return JsonSerializer.Deserialize(text, type)
                ?? throw new InvalidDataException($"{path}: holds null instead of a record");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a record per line; a file that is not there holds none.</summary>
    internal static List<T> ReadLines<T>(string path, JsonTypeInfo<T> type) =>
        System.IO.File.Exists(path) ? ReadLines(path, System.IO.File.ReadAllBytes(path), type) : [];

    /// <summary>Reads a record per line of a file's content.</summary>
    /// <exception cref="InvalidDataException">A line is no record; the message names file, line and
    /// field.</exception>
    internal static List<T> ReadLines<T>(string path, byte[] content, JsonTypeInfo<T> type)
    {
        var records = new List<T>();
        using var reader = new StreamReader(new MemoryStream(content));
        for (int i = 0; reader.ReadLine() is { } line; i++)
        {
            try
            {
                RefuseNullElements(Encoding.UTF8.GetBytes(line));
                records.Add(JsonSerializer.Deserialize(line, type)
                    ?? throw new JsonException("holds null instead of a record"));
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path}:{i + 1}: {e.Message}", e);
            }
        }

        return records;
    }

    // The serializer respects types that exclude null everywhere but in lists.
    internal static void RefuseNullElements(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        var lists = new Stack<(bool IsList, string Name)>();
        string name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName: name = Text(ref reader); break;
                case JsonTokenType.StartArray: lists.Push((true, name)); break;
                case JsonTokenType.StartObject: lists.Push((false, name)); break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject: lists.Pop(); break;
                case JsonTokenType.Null when lists.TryPeek(out var list) && list.IsList:
                    throw new JsonException($"{list.Name}: an element is null");
            }
        }
    }

    // The reader finds bytes that are no UTF-8, and halves of surrogate pairs, only where they are asked for as text.
    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException($"a name at byte {reader.TokenStartIndex} is no text: {e.Message}", e);
        }
    }

    internal static void WriteJson<T>(string path, T value, JsonTypeInfo<T> type) =>
        AtomicFile.Write(path, stream =>
        {
            var layout = new JsonWriterOptions { Indented = true, NewLine = "\n" };
            using (var writer = new Utf8JsonWriter(stream, layout))
                JsonSerializer.Serialize(writer, value, type);
            stream.WriteByte((byte)'\n');
        });

    private void Write<T>(string name, T value, JsonTypeInfo<T> type) => WriteJson(File(name), value, type);

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
