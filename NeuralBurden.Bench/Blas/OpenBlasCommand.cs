using System.CommandLine;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Vit.Reports;
using static System.FormattableString;

namespace NeuralBurden.Bench.Blas;

/// <summary><c>openblas PATH</c>: products and attention of the CPU device beside OpenBLAS, in turns in this process.</summary>
internal static class OpenBlasCommand
{
    private static readonly Argument<string> Library = new("path") { Description = "libopenblas.so.0 or its like." };
    private static readonly Option<int[]> Threads = Many("--threads", "Cores for both sides.", 1);
    private static readonly Option<int[]> Dims = Many("--dims", "Widths of the model.", 128);
    private static readonly Option<int> Batch = One("--batch", "Images of 65 tokens.", 128);
    private static readonly Option<int> Rounds = One("--rounds", "Samples of each side.", 15);

    public static Command Create()
    {
        var command = new Command("openblas", "Products and attention beside OpenBLAS.")
        {
            Library, Threads, Dims, Batch, Rounds,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var library = new OpenBlas(parsed.GetRequiredValue(Library));
        if (library.Handicap is { } handicap) Console.Error.WriteLine(handicap);
        var options = new MeasuringOptions(parsed.GetValue(Rounds), SampleSeconds: 0.005);
        Console.WriteLine($"GFLOP/s at medians (best), {library.Version}");
        Console.WriteLine(MarkdownTable.Head(["case", "shape", "d", "threads", "ours", "OpenBLAS", "ratio"]));
        bool passed = true;
        foreach (int threads in parsed.GetValue(Threads)!)
        {
            using var device = new CpuDevice(threads);
            var comparison = new OpenBlasComparison(device, library, options) { Progress = Console.Error.WriteLine };
            var results = comparison.RunSquares(cancellation).Concat(parsed.GetValue(Dims)!.SelectMany(
                dim => comparison.Run(StepExtents.Of(dim, parsed.GetValue(Batch)), cancellation)));
            foreach (var result in results)
            {
                Console.WriteLine(Row(result));
                passed &= result.Ours.Passed;
            }
        }

        return passed ? 0 : 1;
    }

    private static string Row(OpenBlasResult r)
    {
        string[] head = [r.Name, r.Description, Invariant($"{r.Dim}"), Invariant($"{r.Threads}")];
        return r.Ours.Failure is { } failure
            ? MarkdownTable.Row([.. head, failure])
            : MarkdownTable.Row(
            [
                .. head, Invariant($"{r.Gflops:0.0}"), Invariant($"{r.TheirGflops:0.0}"),
                Invariant($"{r.Ratio:0.00} ({r.BestRatio:0.00})"),
            ]);
    }

    private static Option<int[]> Many(string name, string description, int value) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [value],
    };

    private static Option<int> One(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
