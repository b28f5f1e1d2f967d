using System.CommandLine;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Vit.Reports;
using static System.FormattableString;

namespace NeuralBurden.Bench.Sparse;

/// <summary><c>sparse</c>: how far the sparse kernels of the CPU device are from one core's limits.</summary>
internal static class SparseCommand
{
    private static readonly Option<int[]> Dims = Many("--dims", "Widths of the model.", 64, 128, 192);
    private static readonly Option<int[]> Kept = Many("--kept", "Kept weights in percent.", 10, 2);
    private static readonly Option<int> Batch = One("--batch", "Images of 65 tokens.", 32);
    private static readonly Option<int> Rounds = One("--rounds", "Samples of each kernel.", 15);

    public static Command Create()
    {
        var command = new Command("sparse", "A roofline of the sparse kernels on one core.") { Dims, Kept, Batch, Rounds };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var device = new CpuDevice(threads: 1);
        var peak = MachinePeak.Measure(1, device.VectorBits);
        double loads = LoadPeak.Measure();
        var measured = new List<(int Dim, SparseKernel Kernel, OpMeasured Case)>();
        foreach (int dim in parsed.GetValue(Dims)!)
        {
            var extents = StepExtents.Of(dim, parsed.GetValue(Batch));
            foreach (int kept in parsed.GetValue(Kept)!)
            {
                measured.AddRange(SparseKernel.Of(extents, kept)
                    .Select(k => (dim, k, new OpMeasured(k.Workload, device))));
            }
        }

        var options = new MeasuringOptions(parsed.GetValue(Rounds), SampleSeconds: 0.004);
        var timer = new InterleavedTimer(MeasuringClock.For(device), options) { Progress = Console.Error.WriteLine };
        var results = timer.Run([.. measured.Select(m => m.Case)], cancellation);
        Console.WriteLine(Invariant(
            $"one core, {device.VectorBits} bit: {peak.Gflops:0.0} GFLOP/s, {loads * 1e-9:0.00} G vector loads/s, ")
            + Invariant($"memory {peak.Bandwidth:0.0} GB/s"));
        Console.WriteLine(MarkdownTable.Head(
            ["kernel", "d", "kept", "M multiply-adds", "M loads", "MB", "ms, median (best)", "GFLOP/s", "of multiply-adds",
                "of loads"]));
        int lanes = device.VectorBits / 32;
        foreach (var ((dim, kernel, op), result) in measured.Zip(results))
        {
            Console.WriteLine(Row(dim, kernel, result, lanes, peak.Gflops, loads));
            op.Dispose();
        }

        return results.All(r => r.Passed) ? 0 : 1;
    }

    private static string Row(int dim, SparseKernel kernel, Measurement result, int lanes, double gflops, double loads)
    {
        string[] head = [kernel.Workload.Name, Invariant($"{dim}"), Invariant($"{kernel.Kept} %")];
        if (result.Usual is not { } seconds) return MarkdownTable.Row([.. head, result.Failure]);
        var cost = kernel.Workload.Cost;
        double vectors = (double)cost.MultiplyAdds / lanes * SparseKernel.LoadsPerVector;
        double rate = 2e-9 * cost.MultiplyAdds / seconds.Median;
        return MarkdownTable.Row(
        [
            .. head,
            Invariant($"{cost.MultiplyAdds * 1e-6:0.0}"), Invariant($"{vectors * 1e-6:0.00}"),
            Invariant($"{cost.Bytes * 1e-6:0.0}"),
            Invariant($"{seconds.Median * 1e3:0.000} ({seconds.Best * 1e3:0.000})"), Invariant($"{rate:0.0}"),
            Invariant($"{100 * rate / gflops:0} %"), Invariant($"{100 * vectors / loads / seconds.Median:0} %"),
        ]);
    }

    private static Option<int[]> Many(string name, string description, params int[] values) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => values,
    };

    private static Option<int> One(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
