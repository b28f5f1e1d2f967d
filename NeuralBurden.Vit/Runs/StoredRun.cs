using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Runs;

/// <summary>A finished run as its folder has it.</summary>
public sealed record StoredRun
{
    public required RunConfig Config { get; init; }

    /// <summary>Where it was read from.</summary>
    public string Folder { get; init; } = "";

    public required RunResult Result { get; init; }

    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    public IReadOnlyList<BurdenRecord> Burden { get; init; } = [];

    public EnvironmentRecord? Environment { get; init; }

    /// <summary>What the trained model merges; null where it merges nothing.</summary>
    public MergeLook? Merges { get; init; }

    /// <summary>A picture of it, PNG.</summary>
    public byte[]? MergesPicture { get; init; }

    /// <summary>Reads the records of a run folder.</summary>
    /// <param name="config">The folder's <c>config.yaml</c>, already read.</param>
    /// <exception cref="FileNotFoundException">The run is not finished: it has no result.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it and the
    /// field.</exception>
    public static StoredRun Read(string folder, RunConfig config)
    {
        string environment = Path.Combine(folder, RunFolder.EnvironmentFile);
        string merges = Path.Combine(folder, RunFolder.MergesFile);
        string picture = Path.Combine(folder, RunFolder.MergesPictureFile);
        return new StoredRun
        {
            Config = config,
            Folder = folder,
            Result = ReadResult(Path.Combine(folder, RunFolder.ResultFile)),
            Epochs = RunFolder.ReadLines(Path.Combine(folder, RunFolder.MetricsFile), RunJson.Default.EpochRecord),
            Burden = BurdenRecords.Read(Path.Combine(folder, RunFolder.BurdenFile)),
            Environment = File.Exists(environment)
                ? RunFolder.Read(environment, RunJson.Default.EnvironmentRecord)
                : null,
            Merges = File.Exists(merges) ? RunFolder.Read(merges, RunJson.Default.MergeLook) : null,
            MergesPicture = File.Exists(picture) ? File.ReadAllBytes(picture) : null,
        };
    }

    /// <summary>Reads a <c>result.json</c>.</summary>
    public static RunResult ReadResult(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; the run is not finished", path);
        var result = RunFolder.Read(path, RunJson.Default.RunResult);
        RunResultRules.Check(path, result);
        return result;
    }
}
