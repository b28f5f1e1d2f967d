using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study.Report;

namespace NeuralBurden.Vit.Study.Storage;

/// <summary>
/// The folder of a study: <c>study.yaml</c>, the run folders under <c>runs/</c>, the plan, <c>study.json</c> with
/// pictures beside it, and what is made from that. Each file is written atomically.
/// </summary>
public sealed class StudyFolder(string path)
{
    public const string ConfigFile = "study.yaml";
    public const string DataFile = "study.json";
    public const string PlanFile = "plan.json";
    public const string RunsTable = "runs.csv";
    public const string RunsFolder = "runs";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Where the run folders are.</summary>
    public string Runs => File(RunsFolder);

    public string PlanPath => File(PlanFile);

    public string ReportPath => File(HtmlReport.FileName);

    /// <summary>Keeps the folder for this process, created if need be.</summary>
    /// <exception cref="RunLockedException">A living process has it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public RunLock Take()
    {
        AtomicFile.RequireWritable(Path);
        var held = RunLock.Acquire(Path);
        AtomicFile.RemoveLeftovers(Path);
        return held;
    }

    public void WriteConfig(string config) => AtomicFile.WriteAllText(File(ConfigFile), config);

    /// <summary>Writes <c>study.json</c>.</summary>
    public void Write(StudyData data) => AtomicFile.Write(File(DataFile), stream => StudyLines.Write(stream, data));

    /// <summary>Writes what is made from the data: the report and the tables for other programs.</summary>
    public void WriteReport(StudyData data)
    {
        AtomicFile.WriteAllText(File(RunsTable), StudyTable.Of(data));
        AtomicFile.WriteAllText(File(VerdictTable.FileName), VerdictTable.Of(data));
        AtomicFile.WriteAllText(File(StudySummary.FileName), StudySummary.Of(data));
        AtomicFile.WriteAllText(ReportPath, StudyReport.Create(data, Picture));
    }

    /// <summary>Reads <c>study.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is missing, damaged or of another layout; the message says
    /// which.</exception>
    public StudyData Read() => ReadIfThere()
        ?? throw new InvalidDataException($"{Path} is no study: it has no {DataFile}");

    /// <summary>The same; null where there is none.</summary>
    public StudyData? ReadIfThere() => System.IO.File.Exists(File(DataFile)) ? StudyLines.Read(File(DataFile)) : null;

    public void WritePlan(StudyPlan plan) => RunFolder.WriteJson(PlanPath, plan, StudyJson.Default.StudyPlan);

    /// <summary>The plan that was written before the confirmation; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another layout.</exception>
    public StudyPlan? ReadPlan()
    {
        if (!System.IO.File.Exists(PlanPath)) return null;
        var plan = RunFolder.Read(PlanPath, StudyJson.Default.StudyPlan);
        return plan.Version == StudyPlan.CurrentVersion ? plan : throw new InvalidDataException(
            $"{PlanPath}: version is {plan.Version}; this program reads {StudyPlan.CurrentVersion}");
    }

    /// <summary>Stores a picture of merged tokens beside the data and gives its name there.</summary>
    public string WritePicture(string id, byte[] png)
    {
        string name = $"{id}.png";
        AtomicFile.WriteAllBytes(File(name), png);
        return name;
    }

    /// <summary>A picture of merged tokens, or null where it is gone.</summary>
    public byte[]? Picture(string name)
    {
        // A name from a file must not lead out of the folder.
        string file = File(System.IO.Path.GetFileName(name));
        return System.IO.File.Exists(file) ? System.IO.File.ReadAllBytes(file) : null;
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
