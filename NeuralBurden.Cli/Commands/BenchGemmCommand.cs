using System.CommandLine;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench gemm</c>: a device's own matrix products beside those of its vendor's library.</summary>
internal static class BenchGemmCommand
{
    private const double DefaultSeconds = 0.5;
    private const double SampleSeconds = 0.005;
    private const int Square = 4096;

    public static Command Create(Shell shell)
    {
        var command = new Command(
            "gemm", "Matrix products of the model and a square one, by own kernels and the vendor's library in turns.");
        var options = new BenchOptions(DefaultSeconds, SampleSeconds);
        var model = new BenchModelOptions(options);
        var square = CliOption.Of<int>(
            "--square", "N", "Side of the square product that is measured too; 0 for none.", Square).Whole(0, 4 * Square);
        var precision = CliOption.Of<string>(
            "--precision", "P", "What factors are rounded to: fp32, or tf32 and bf16, for tensor cores and ilgpu-cpu.", "fp32");
        precision.AcceptOnlyFromAmong([.. Enum.GetValues<ProductPrecision>().Select(p => p.Name())]);
        options.AddTo(command);
        model.AddTo(command);
        command.Takes(square, precision);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var results = new List<GemmResult>();
            bool asJson = parsed.GetValue(json);
            var models = model.Models(parsed);
            int side = parsed.GetValue(square);
            var wanted = Enum.GetValues<ProductPrecision>().Single(p => p.Name() == parsed.GetValue(precision));
            void Measure(Device device, Action<string> report)
            {
                var comparison = new GemmComparison(device, options.Measuring(parsed)) { Progress = report };
                foreach (var one in models)
                    results.AddRange(comparison.Run(one.Extents, cancellation));
                if (side > 0) results.Add(comparison.RunSquare(side, cancellation));
            }

            options.OnEachDevice(shell, asJson, parsed, Measure, wanted);
            if (asJson) JsonOption.Write(shell, JsonOption.Array(results, GemmJson.Of));
            else GemmTable.Write(shell, results);
            return Task.FromResult(BenchFailures.Write(shell, results.Select(r => r.Ours)));
        });
        return command;
    }
}
