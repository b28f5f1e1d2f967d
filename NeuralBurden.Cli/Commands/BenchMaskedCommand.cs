using System.CommandLine;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench masked</c>: products of masked matrices beside dense ones.</summary>
internal static class BenchMaskedCommand
{
    private const double DefaultSeconds = 1;
    private const double SampleSeconds = 0.002;

    public static Command Create(Shell shell)
    {
        var command = new Command(
            "masked", "Products of masked matrices (N:M, one by one, in blocks) by kernels that skip, and dense ones, in turns.");
        var options = new BenchOptions(DefaultSeconds, SampleSeconds);
        var model = new BenchModelOptions(options);
        options.AddTo(command);
        model.AddTo(command);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var results = new List<MaskedResult>();
            bool asJson = parsed.GetValue(json);
            var models = model.Models(parsed);
            options.OnEachDevice(shell, asJson, parsed, (device, report) =>
            {
                var comparison = new MaskedComparison(device, options.Measuring(parsed)) { Progress = report };
                foreach (var one in models) results.AddRange(comparison.Run(one.Extents, cancellation));
            });
            if (asJson) JsonOption.Write(shell, JsonOption.Array(results, MaskedJson.Of));
            else MaskedTable.Write(shell, results);
            return Task.FromResult(BenchFailures.Write(shell, results.Select(r => r.Ours)));
        });
        return command;
    }
}
