using System.CommandLine;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench step</c> and <c>nb bench infer</c>.</summary>
internal static class BenchWorkloadCommand
{
    private const double DefaultSeconds = 30;

    public static Command Create(Shell shell, string name, string description, WorkloadKind kind)
    {
        var command = new Command(name, description);
        var cases = new Option<string?>("--cases")
        {
            Description = $"Cases to measure, separated by commas; all by default: "
                + $"{string.Join(", ", WorkloadCase.All.Select(c => c.Name))}.",
            HelpName = "A,B",
        };
        var turns = new Option<bool>("--in-turns")
        {
            Description = "For measuring in turns with another program: says 'ready', takes a round for each line on the "
                + "standard input and says 'done', and ends with the input. Of one width and one number of threads.",
        };
        var kernels = new Option<bool>("--kernels")
        {
            Description = "With --json: also names what one run launches on a GPU, in order.",
        };
        var options = new BenchOptions(DefaultSeconds);
        var model = new BenchModelOptions(options);
        options.AddTo(command);
        model.AddTo(command);
        command.Takes(cases, turns, kernels);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            bool asJson = parsed.GetValue(json);
            bool inTurns = parsed.GetValue(turns);
            var models = model.Models(parsed);
            if (inTurns && (models.Count > 1 || options.Threads(parsed).Length > 1))
                throw new UserException("--in-turns: allowed: one width (--dims) and one number of threads (--threads)");
            var results = new List<WorkloadResult>();
            var peaks = new List<MachinePeak>();
            options.OnEachDevice(shell, asJson, parsed, (device, report) =>
            {
                if (PeakOf.Device(device, report) is { } peak) peaks.Add(peak);
                var benchmark = new WorkloadBenchmark(device, options.Measuring(parsed), DeviceOps.Check)
                {
                    Progress = report,
                    Profiles = kind == WorkloadKind.TrainStep,
                    Turns = inTurns ? new LineTurns(shell) : null,
                };
                results.AddRange(benchmark.Run(kind, Chosen(parsed.GetValue(cases)), models, cancellation));
            });
            bool named = parsed.GetValue(kernels);
            if (asJson) JsonOption.Write(shell, JsonOption.Array(results, r => WorkloadJson.Of(r, peaks, named)));
            else WorkloadTable.Write(shell, results, peaks);
            return Task.FromResult(BenchFailures.Write(shell, results.Select(r => r.Measurement)));
        });
        return command;
    }

    private static IReadOnlyList<WorkloadCase> Chosen(string? names)
    {
        try
        {
            return WorkloadCase.Choose(names?.Split(',') ?? []);
        }
        catch (ArgumentException e)
        {
            throw new UserException($"--cases: {e.Message}");
        }
    }
}
