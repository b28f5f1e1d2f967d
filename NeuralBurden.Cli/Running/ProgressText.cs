using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary>Where a run stands, in a line.</summary>
internal static class ProgressText
{
    /// <summary>What a run is doing between its epochs; "" while training.</summary>
    public static string Phase(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Preparing => "preparing",
        TrainingPhase.Evaluating => "evaluating",
        TrainingPhase.MeasuringBurden => "measuring burden",
        TrainingPhase.Saving => "saving",
        _ => "",
    };

    /// <summary>The figures of an epoch that has ended.</summary>
    public static string Epoch(EpochRecord record, int epochs) =>
        $"epoch {record.Epoch}/{epochs}  loss {ReportText.Number(record.TrainLoss, "0.000")}"
        + (record.TestAccuracy is { } accuracy ? $"  test {ReportText.Percent(accuracy, "0.00")} %" : "")
        + (record.EmaTestAccuracy is { } average ? $"  EMA {ReportText.Percent(average, "0.00")} %" : "")
        + (record.ValidationAccuracy is { } held ? $"  validation {ReportText.Percent(held, "0.00")} %" : "")
        + (record.Sparsity > 0 ? $"  sparsity {ReportText.Percent(record.Sparsity)} %" : "")
        + $"  {ReportText.Number(record.TrainImagesPerSecond, "#,0")} images/s";

    /// <summary>Time left, from the share of steps done; "" before the first.</summary>
    public static string Left(TrainingProgress progress, TimeSpan elapsed) => progress.Step == 0
        ? ""
        : "left " + ReportText.Duration(
            elapsed.TotalSeconds * (progress.Steps - progress.Step) / progress.Step);
}
