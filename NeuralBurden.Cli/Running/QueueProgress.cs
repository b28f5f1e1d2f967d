using System.Diagnostics;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Running;

/// <summary>A line per run that ends, with how many are done and about how long the rest takes.</summary>
internal sealed class QueueProgress(TextWriter output, int done, int all)
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _ended;

    public void Finished(RunConfig config, RunResult result) => End(
        config,
        $"accuracy {ReportText.Percent(result.TestAccuracy, "0.00")} %, {ReportText.Duration(result.WallSeconds)}");

    public void Failed(RunConfig config, string reason) => End(config, $"FAILED: {reason}");

    /// <summary>A run that is trained and counted, but could not be measured.</summary>
    public void Unmeasured(RunConfig config, string reason)
    {
        lock (_gate) output.WriteLine($"{config.Name} seed {config.Seed}: FAILED to measure: {reason}");
    }

    public void Elsewhere(RunConfig config) => End(config, "another process has it");

    private void End(RunConfig config, string outcome)
    {
        lock (_gate)
        {
            _ended++;
            int left = all - done - _ended;
            double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds / _ended * left;
            string rest = left == 0 ? "" : $"; about {ReportText.Duration(seconds)} left";
            output.WriteLine($"[{done + _ended}/{all}] {config.Name} seed {config.Seed}: {outcome}{rest}");
        }
    }
}
