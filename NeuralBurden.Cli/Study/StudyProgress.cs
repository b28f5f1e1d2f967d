using System.Diagnostics;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>A line per run that ends, with how many are done and about how long the rest takes.</summary>
internal sealed class StudyProgress(TextWriter output, int done, int all)
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _ended;

    public void Finished(StudyCell cell, RunResult result) => End(
        cell,
        $"accuracy {ReportText.Percent(result.TestAccuracy, "0.00")} %, {ReportText.Duration(result.WallSeconds)}");

    public void Failed(StudyCell cell, string reason) => End(cell, $"FAILED: {reason}");

    private void End(StudyCell cell, string outcome)
    {
        lock (_gate)
        {
            _ended++;
            int left = all - done - _ended;
            double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds / _ended * left;
            string rest = left == 0 ? "" : $"; about {ReportText.Duration(seconds)} left";
            output.WriteLine($"[{done + _ended}/{all}] {cell.Config.Name} seed {cell.Seed}: {outcome}{rest}");
        }
    }
}
