using System.CommandLine;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench ops</c>: every op at the sizes of a training step.</summary>
internal static class BenchOpsCommand
{
    private const double DefaultSeconds = 0.5;
    private const double SampleSeconds = 0.005;

    private static readonly Option<string?> Ops = CliOption.Of<string?>(
        "--ops", "A,B", "Ops to measure, separated by commas; all by default.");

    public static Command Create(Shell shell)
    {
        var command = new Command("ops", "Every op at the sizes of a training step, beside the machine's peak.");
        var options = new BenchOptions(DefaultSeconds, SampleSeconds);
        options.AddTo(command);
        command.Options.Add(Ops);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(
            Measure(shell, options, parsed, parsed.GetValue(json), cancellation)));
        return command;
    }

    private static int Measure(
        Shell shell, BenchOptions options, ParseResult parsed, bool asJson, CancellationToken cancellation)
    {
        var wanted = Wanted(parsed.GetValue(Ops));
        var results = new List<OpResult>();
        var peaks = new List<MachinePeak>();
        options.OnEachDevice(shell, asJson, parsed, (device, report) =>
        {
            var peak = PeakOf.Device(device, report);
            // The narrower widths show what wider vectors bring; percentages refer to the width in use.
            if (peak is not null) peaks.AddRange(PeakOf.Widths(peak));
            var benchmark = new OpBenchmark(device, options.Measuring(parsed), peak) { Progress = report };
            foreach (int dim in options.Dims(parsed))
                results.AddRange(benchmark.Run(StepExtents.Of(dim, options.Batch(parsed)), wanted, cancellation));
        });
        if (asJson) JsonOption.Write(shell, JsonOption.Array(results, OpJson.Of));
        else OpTable.Write(shell, results, peaks);
        return BenchFailures.Write(shell, results.Select(r => r.Measurement));
    }

    private static Func<string, bool> Wanted(string? names)
    {
        if (names is null) return _ => true;
        var chosen = names.Split(',').ToHashSet(StringComparer.OrdinalIgnoreCase);
        string? unknown = chosen.FirstOrDefault(
            n => !OpContracts.All.Any(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase)));
        return unknown is null
            ? chosen.Contains
            : throw new UserException(
                $"--ops: there is no op '{unknown}'; allowed: {string.Join(", ", OpContracts.All.Select(c => c.Name))}");
    }
}
