using System.Text.Json;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// The folder of a study: <c>study.yaml</c>, the run folders under <c>runs/</c>, and what is made from them:
/// <c>study.json</c> with pictures beside it, two tables for other programs, and the report. Each file is written
/// atomically.
/// </summary>
public sealed class StudyFolder(string path)
{
    public const string ConfigFile = "study.yaml";
    public const string DataFile = "study.json";
    public const string RunsTable = "runs.csv";
    public const string LayersTable = "layers.csv";
    public const string RunsFolder = "runs";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Where the run folders are.</summary>
    public string Runs => File(RunsFolder);

    public string ReportPath => File(HtmlReport.FileName);

    /// <summary>Creates the folder with its config.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Create(string config)
    {
        AtomicFile.RequireWritable(Path);
        AtomicFile.WriteAllText(File(ConfigFile), config);
    }

    /// <summary>Collects the finished runs of a plan into <c>study.json</c>, its pictures and its tables.</summary>
    /// <param name="config">The whole config, as stored.</param>
    /// <param name="failures">Runs that failed, with their reasons.</param>
    public StudyData Collect(RunConfig origin, string config, StudyPlan plan, IReadOnlyList<string> failures)
    {
        var runs = new List<StudyRun>();
        var places = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var cell in plan.Cells.Where(c => RunFolder.IsFinished(Runs, c.Config)))
        {
            var stored = StoredRun.Read(System.IO.Path.Combine(Runs, ConfigText.RunId(cell.Config)), cell.Config);
            bool pictured = stored.MergesPicture is not null && cell.Seed == plan.Cells[0].Seed;
            string? picture = pictured ? $"{cell.Config.Name}.png" : null;
            if (picture is not null) AtomicFile.WriteAllBytes(File(picture), stored.MergesPicture);
            if (stored.Environment is { } e) places.Add(Place(e));
            runs.Add(StudyRows.Of(cell, stored) with
            {
                Picture = picture,
                PictureText = pictured && stored.Merges is { } look ? MergeText.Of(look) : null,
            });
        }

        var manifest = DatasetCatalog.Manifest(origin.Data.Name);
        bool drawn = manifest.Kind == DatasetKind.Embedded;
        int train = drawn ? origin.Data.TrainCount : manifest.TrainCount;
        var data = new StudyData
        {
            Format = StudyData.CurrentFormat,
            Name = origin.Name,
            Planned = plan.Cells.Count,
            Failures = failures,
            Dataset = origin.Data.Name,
            TrainImages = origin.Train.Limit > 0 ? Math.Min(origin.Train.Limit, train) : train,
            TestImages = drawn ? origin.Data.TestCount : manifest.TestCount,
            Epochs = origin.Train.Epochs,
            Depth = origin.Model.Depth,
            Config = config,
            MadeOn = [.. places],
            Runs = runs,
        };
        Write(data);
        return data;
    }

    /// <summary>Writes the data and its tables.</summary>
    public void Write(StudyData data)
    {
        AtomicFile.Write(File(DataFile), stream => StudyRows.Write(stream, data));
        AtomicFile.WriteAllText(File(RunsTable), StudyTables.Runs(data));
        AtomicFile.WriteAllText(File(LayersTable), StudyTables.Layers(data));
    }

    /// <summary>Reads <c>study.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is missing, damaged or of another layout; the message says
    /// which.</exception>
    public StudyData Read()
    {
        string file = File(DataFile);
        if (!System.IO.File.Exists(file)) throw new InvalidDataException($"{Path} is no study: it has no {DataFile}");
        try
        {
            var data = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), StudyJson.Default.StudyData)
                ?? throw new JsonException("holds null instead of a study");
            return data.Format == StudyData.CurrentFormat ? data : throw new JsonException(
                $"format is {data.Format}; this program reads {StudyData.CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>A picture of merged tokens, or null where it is gone.</summary>
    public byte[]? Picture(string name)
    {
        // A name from a file must not lead out of the folder.
        string file = File(System.IO.Path.GetFileName(name));
        return System.IO.File.Exists(file) ? System.IO.File.ReadAllBytes(file) : null;
    }

    private static string Place(EnvironmentRecord e) =>
        $"{e.Device}{(e.Hardware is null ? "" : $" ({e.Hardware})")}, {ReportText.Count(e.Threads, "thread")} a run, "
        + $"{e.Os} {e.Architecture}, .NET {e.Dotnet}, NeuralBurden {e.Version}"
        + (e.Commit is null ? "" : $" at {e.Commit[..Math.Min(10, e.Commit.Length)]}");

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
