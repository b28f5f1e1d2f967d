using System.CommandLine;
using System.Globalization;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Reports;
using static System.FormattableString;

namespace NeuralBurden.Bench.Growth;

/// <summary><c>growth</c>: how time and memory of a training step grow with the work, beside what its formulas say.</summary>
internal static class GrowthCommand
{
    private static readonly string[] Cases = ["dense", "pdwp90"];

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Samples of each point.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<string[]> Axes = new("--axes")
    {
        Description = $"What grows: {string.Join(", ", GrowthAxis.All.Select(a => a.Name))}; all by default.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command = new Command("growth", "Time and memory of a training step against its extents, one core.")
        {
            Rounds, Axes,
        };
        Axes.AcceptOnlyFromAmong([.. GrowthAxis.All.Select(a => a.Name)]);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string[] chosen = parsed.GetValue(Axes) is { Length: > 0 } names ? names : [.. GrowthAxis.All.Select(a => a.Name)];
        Console.WriteLine(MarkdownTable.Head(
            ["step", "grows", "from to", "ms, median", "", "ms ~", "multiply-adds ~", "MB", "", "MB ~", "formula ~"]));
        foreach (var axis in GrowthAxis.All.Where(a => chosen.Contains(a.Name)))
        {
            foreach (var one in WorkloadCase.Choose(Cases))
                Console.WriteLine(Measure(axis, one, parsed.GetValue(Rounds), cancellation));
        }

        return 0;
    }

    private static string Measure(GrowthAxis axis, WorkloadCase one, int rounds, CancellationToken cancellation)
    {
        // A device for each, as it counts what it holds.
        CpuDevice[] devices = [.. axis.Models.Select(_ => new CpuDevice(threads: 1))];
        Workload[] works = [.. axis.Models.Zip(devices, (m, d) => new Workload(d, one, WorkloadKind.TrainStep, m))];
        try
        {
            var options = new MeasuringOptions(rounds, WarmUpRounds: 1);
            var timer = new InterleavedTimer(MeasuringClock.For(devices[0]), options) { Progress = Console.Error.WriteLine };
            var measured = timer.Run(works, cancellation);
            if (measured.FirstOrDefault(m => !m.Passed) is { } bad) throw new InvalidDataException($"{bad.Name}: {bad.Failure}");
            double[] extents = [.. axis.Models.Select(axis.Of)];
            double[] times = [.. measured.Select(m => 1e3 * m.Usual!.Value.Median)];
            double[] products = [.. works.Select(w => (double)w.MultiplyAddsPerImage * w.Model.Batch)];
            double[] memory = [.. devices.Select(d => 1e-6 * d.AllocatedBytes)];
            return MarkdownTable.Row(
            [
                one.Name, axis.Name, Invariant($"{extents[0]:#,0} to {extents[^1]:#,0}"),
                Join(times, "0.0"), PowerFit.Plot(times),
                Exponent(times), Exponent(products), Join(memory, "#,0"), PowerFit.Plot(memory), Exponent(memory),
                Exponent([.. axis.Models.Select(GrowthAxis.Bytes)]),
            ]);

            string Exponent(double[] values) => Invariant($"{PowerFit.Exponent(extents, values):0.00}");
        }
        finally
        {
            foreach (var work in works) work.Dispose();
            foreach (var device in devices) device.Dispose();
        }
    }

    private static string Join(double[] values, string format) =>
        string.Join(", ", values.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
}
