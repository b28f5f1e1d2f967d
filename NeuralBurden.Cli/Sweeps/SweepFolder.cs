using System.Globalization;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>
/// The folder <c>NAME-sweep</c> beside a sweep's run folders: <c>runs.txt</c> names the runs, <c>jobs.txt</c> the
/// submitted jobs, <c>failures/</c> holds why a run failed, <c>logs/</c> what its tasks printed. Everything about a run
/// itself is in its run folder.
/// </summary>
internal sealed class SweepFolder
{
    private const string Suffix = "-sweep";
    private const string RunsFile = "runs.txt";

    private SweepFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    /// <summary>The folder of the run folders.</summary>
    public string Root => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>What the names of the runs begin with.</summary>
    public string Name => System.IO.Path.GetFileName(Path)[..^Suffix.Length];

    public string Script => File("task.sh");

    public string Logs => File("logs");

    private string Failures => File("failures");

    private string Jobs => File("jobs.txt");

    /// <summary>Writes the list of runs and every run's folder; earlier failures are forgotten.</summary>
    public static SweepFolder Create(string root, string name, IReadOnlyList<RunConfig> configs)
    {
        var folder = new SweepFolder(System.IO.Path.Combine(root, name + Suffix));
        AtomicFile.RequireWritable(folder.Path);
        Directory.CreateDirectory(folder.Logs);
        if (Directory.Exists(folder.Failures)) Directory.Delete(folder.Failures, recursive: true);
        Directory.CreateDirectory(folder.Failures);
        foreach (var config in configs.Where(c => !RunFolder.IsFinished(root, c))) RunFolder.Open(root, config);
        AtomicFile.WriteAllText(folder.File(RunsFile), string.Concat(configs.Select(c => ConfigText.RunId(c) + "\n")));
        return folder;
    }

    /// <summary>The folder of a sweep that was started.</summary>
    /// <param name="sweep">The folder itself, or the sweep's config.</param>
    /// <param name="root">Where the folder of a config is.</param>
    public static SweepFolder Find(string sweep, string root)
    {
        string path = sweep;
        if (!Directory.Exists(sweep))
            path = System.IO.Path.Combine(root, ConfigExpansion.BaseName(ConfigFile.Load(sweep), ConfigOverrides.None) + Suffix);
        path = path.TrimEnd('/', System.IO.Path.DirectorySeparatorChar);
        return System.IO.File.Exists(System.IO.Path.Combine(path, RunsFile)) && path.EndsWith(Suffix, StringComparison.Ordinal)
            ? new SweepFolder(path)
            : throw new UserException($"{path} is no folder of a sweep: 'nb sweep CONFIG' makes one");
    }

    /// <summary>The configs of all runs, from their folders.</summary>
    public IReadOnlyList<RunConfig> Configs() => [.. System.IO.File.ReadLines(File(RunsFile)).Select(id =>
    {
        string path = System.IO.Path.Combine(Root, id, RunFolder.ConfigFile);
        var config = ConfigExpansion.Single(ConfigFile.Load(path), ConfigOverrides.None);
        return ConfigText.RunId(config) == id
            ? config
            : throw new UserException($"{path}: is not the config of the run {id}");
    })];

    /// <summary>Why a run failed in this sweep; null where it did not.</summary>
    public string? FailureOf(RunConfig config)
    {
        string file = FailureFile(config);
        return System.IO.File.Exists(file) ? System.IO.File.ReadAllText(file).Trim() : null;
    }

    public void AddFailure(RunConfig config, string reason) => AtomicFile.WriteAllText(FailureFile(config), reason + "\n");

    /// <summary>Ids of the jobs that were submitted, oldest first.</summary>
    public IReadOnlyList<string> JobIds() => System.IO.File.Exists(Jobs)
        ? [.. System.IO.File.ReadLines(Jobs).Select(line => line.Split(' ')[0])]
        : [];

    public void AddJob(string id, int tasks) => System.IO.File.AppendAllText(
        Jobs, string.Create(CultureInfo.InvariantCulture, $"{id} {tasks} {DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\n"));

    private string FailureFile(RunConfig config) => System.IO.Path.Combine(Failures, ConfigText.RunId(config) + ".txt");

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
