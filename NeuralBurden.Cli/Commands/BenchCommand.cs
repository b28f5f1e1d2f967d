using System.CommandLine;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench</c>: how fast, checked before it is measured.</summary>
internal static class BenchCommand
{
    public static Command Create(Shell shell) => new(
        "bench", "Measures speed; what has not just passed its check gets no number.")
    {
        BenchOpsCommand.Create(shell),
        BenchGemmCommand.Create(shell),
        BenchWorkloadCommand.Create(
            shell, "step", "Images per second of whole training steps.", WorkloadKind.TrainStep),
        BenchWorkloadCommand.Create(shell, "infer", "Images per second of inference.", WorkloadKind.Inference),
        BenchDevicesCommand.Create(shell),
        BenchPageCommand.Create(shell),
        BenchCompareCommand.Create(shell),
        BenchAllreduceCommand.Create(shell),
    };
}
