using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>One table and one report over the finished runs of a sweep.</summary>
internal static class SweepReport
{
    /// <summary>Whether there was anything to gather.</summary>
    public static bool Write(Shell shell, SweepFolder folder, bool asJson)
    {
        var told = asJson ? shell.Aside() : shell;
        var configs = folder.Configs();
        var finished = configs.Where(c => RunFolder.IsFinished(folder.Root, c)).ToList();
        if (finished.Count == 0) return false;
        var runs = finished.ConvertAll(c => StoredRuns.Read(Path.Combine(folder.Root, ConfigText.RunId(c))));
        ResultTable.Write(told, runs);
        if (finished.Count < configs.Count)
            told.Output.WriteLine($"{configs.Count - finished.Count} of {configs.Count} runs are not finished and left out");
        string report = Path.Combine(folder.Root, $"{folder.Name}-{HtmlReport.FileName}");
        ReportFile.Write(told, report, folder.Name, runs);
        if (asJson) JsonOption.Write(shell, RunsJson.Of(runs, report));
        return true;
    }
}
