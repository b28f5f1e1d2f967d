using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>Writes the report and says where it is.</summary>
internal static class ReportFile
{
    public static void Write(Shell shell, string path, string title, IReadOnlyList<StoredRun> runs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteAllText(path, HtmlReport.Create(title, runs));
        shell.Output.WriteLine($"report: {path}");
    }
}
