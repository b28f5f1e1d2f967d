using System.Diagnostics;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>A line per epoch, for files and pipes.</summary>
internal sealed class PlainProgress(TextWriter output, string title) : IProgress<TrainingProgress>
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public void Report(TrainingProgress value)
    {
        if (value.Notice is { } notice)
            output.WriteLine($"{title}  {notice}");
        if (value.Finished is not { } record)
            return;
        string left = value.Step < value.Steps
            ? "  " + ProgressText.Left(value, Stopwatch.GetElapsedTime(_start))
            : "";
        output.WriteLine($"{title}  {ProgressText.Epoch(record, value.Epochs)}{left}");
    }
}
