using System.Diagnostics;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Running;

/// <summary>A bar that redraws itself, for terminals.</summary>
internal sealed class LiveProgress : IProgress<TrainingProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressTask _task;
    private readonly string _title;
    private readonly long _start = Stopwatch.GetTimestamp();
    private string _epoch = "";

    private LiveProgress(IAnsiConsole console, ProgressTask task, string title)
    {
        _console = console;
        _task = task;
        _title = title;
    }

    /// <summary>Does the work under a bar.</summary>
    public static void Show(IAnsiConsole console, string title, Action<IProgress<TrainingProgress>> work) =>
        console
        .Progress()
        .AutoClear(false)
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn())
        .Start(context => work(new LiveProgress(console, context.AddTask(Markup.Escape(title)), title)));

    public void Report(TrainingProgress value)
    {
        if (value.Notice is { } notice)
            _console.WriteLine($"{_title}  {notice}");
        if (value.Steps > 0)
        {
            _task.MaxValue = value.Steps;
            _task.Value = value.Step;
        }

        if (value.Finished is { } record)
            _epoch = ProgressText.Epoch(record, value.Epochs);
        string now = value.Phase == TrainingPhase.Training && value.Finished is null
            ? $"epoch {value.Epoch}/{value.Epochs}  loss {ReportText.Number(value.TrainLoss, "0.000")}"
                + (value.TestAccuracy > 0 ? $"  test {ReportText.Percent(value.TestAccuracy, "0.00")} %" : "")
                + (value.Sparsity > 0 ? $"  sparsity {ReportText.Percent(value.Sparsity)} %" : "")
                + $"  {ReportText.Number(value.ImagesPerSecond, "#,0")} images/s"
            : _epoch;
        bool isDone = value.Step >= value.Steps;
        string last = isDone || value.Phase != TrainingPhase.Training
            ? ProgressText.Phase(value.Phase)
            : ProgressText.Left(value, Stopwatch.GetElapsedTime(_start));
        string[] parts = [_title, now, last];
        _task.Description = Markup.Escape(string.Join("  ", parts.Where(p => p != "")));
    }
}
