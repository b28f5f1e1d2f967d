using System.CommandLine;
using NeuralBurden.Cli.Commands;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli;

/// <summary>All commands of <c>nb</c>: the one place that knows which lies in which.</summary>
internal static class CommandTree
{
    public static RootCommand Create(Shell shell) => new(
        "Trains Vision Transformers while pruning them, and measures what is left to carry.")
    {
        RunCommand.Create(shell),
        StudyCommand.Create(shell),
        TrainCommand.Create(shell),
        Sweep(shell),
        ResumeCommand.Create(shell),
        ReportCommand.Create(shell),
        EvalCommand.Create(shell),
        PredictCommand.Create(shell),
        ExportCommand.Create(shell),
        ShrinkCommand.Create(shell),
        PruneCommand.Create(shell),
        SummaryCommand.Create(shell),
        LookCommand.Create(shell),
        BurdenCommand.Create(shell),
        DevicesCommand.Create(shell),
        MethodsCommand.Create(shell),
        MergesCommand.Create(shell),
        Data(shell),
        ConfigCommand.Create(shell),
        Bench(shell),
        CheckCommand.Create(shell),
    };

    private static Command Sweep(Shell shell)
    {
        var sweep = SweepCommand.Create(shell);
        sweep.Subcommands.Add(SweepStatusCommand.Create(shell));
        sweep.Subcommands.Add(SweepCancelCommand.Create(shell));
        sweep.Subcommands.Add(SweepGatherCommand.Create(shell));
        sweep.Subcommands.Add(SweepWorkCommand.Create(shell));
        return sweep;
    }

    private static Command Data(Shell shell) => new("data", "Data sets.")
    {
        DataListCommand.Create(shell),
        DataFetchCommand.Create(shell),
        DataVerifyCommand.Create(shell),
        DataImportCommand.Create(shell),
    };

    private static Command Bench(Shell shell) => new(
        "bench", "Measures speed; what has not just passed its check gets no number.")
    {
        BenchOpsCommand.Create(shell),
        BenchGemmCommand.Create(shell),
        BenchMaskedCommand.Create(shell),
        BenchWorkloadCommand.Create(shell, "step", "Images per second of whole training steps.", WorkloadKind.TrainStep),
        BenchWorkloadCommand.Create(shell, "infer", "Images per second of inference.", WorkloadKind.Inference),
        BenchDevicesCommand.Create(shell),
        BenchPageCommand.Create(shell),
        BenchCompareCommand.Create(shell),
        BenchAllreduceCommand.Create(shell),
    };
}
