using System.CommandLine;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Commands;

/// <summary>
/// <c>nb bench devices</c>: ops and workloads of all devices side by side. Results are told and saved as they come; what
/// was measured before an interruption is kept.
/// </summary>
internal static class BenchDevicesCommand
{
    private const double DefaultSeconds = 10;
    private const double OpSeconds = 0.2;
    private const double OpSampleSeconds = 0.002;

    // Made for correctness: they take minutes for a step.
    private static readonly string[] Emulations = ["reference", "ilgpu-cpu"];

    private static readonly string[] Cases = ["dense", "pdwp90", "dense+merge", "pdwp90+merge"];

    public static Command Create(Shell shell)
    {
        var command = new Command("devices", "Compares the devices: ops, training steps and inference.");
        var devices = CliOption.Of<string?>(
            "--devices", "A,B",
            $"Devices, separated by commas; by default all usable ones but {string.Join(" and ", Emulations)}.");
        var save = CliOption.Of<string?>(
            "--save", "FILE", "Also writes the figures as JSON, anew with each result; 'nb bench page' and 'compare' read it.");
        var html = new Option<string?>("--html") { Description = "Also writes a page with charts.", HelpName = "FILE" };
        var options = new BenchOptions(DefaultSeconds);
        options.AddTo(command, withDevice: false);
        command.Takes(devices, save, html);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var comparison = new DeviceComparison(DateTime.UtcNow);
            bool asJson = parsed.GetValue(json);
            void Found(string line)
            {
                if (!asJson) shell.Console.Write(new Text($"{line}\n"));
                Keep(comparison, parsed.GetValue(save), null);
            }

            try
            {
                BenchProgress.Show(shell, asJson, report =>
                {
                    foreach (string id in Chosen(parsed.GetValue(devices)))
                    {
                        foreach (int threads in id == "cpu" ? options.Threads(parsed) : [0])
                            Measure(comparison, id, threads, options, parsed, report, Found, cancellation);
                    }
                });
                comparison.IsComplete = true;
            }
            catch (OperationCanceledException)
            {
                string place = parsed.GetValue(save) is { } file ? $"in {file}" : "above";
                throw new StoppedException($"what was measured before is {place}");
            }
            finally
            {
                Keep(comparison, parsed.GetValue(save), parsed.GetValue(html));
                if (asJson) JsonOption.Write(shell, comparison.ToJson());
                else Write(shell, comparison);
            }

            return Task.FromResult(BenchFailures.Write(shell, comparison.Measurements));
        });
        return command;
    }

    private static void Keep(DeviceComparison comparison, string? save, string? html)
    {
        string text = comparison.ToJson().ToJsonString(JsonOption.Readable);
        if (save is not null) AtomicFile.WriteAllText(save, text);
        if (html is not null) AtomicFile.WriteAllText(html, DevicePage.Create([DeviceFile.Parse(text, save ?? "devices.json")]));
    }

    private static void Measure(
        DeviceComparison comparison,
        string id,
        int threads,
        BenchOptions options,
        ParseResult parsed,
        Action<string> report,
        Action<string> found,
        CancellationToken cancellation)
    {
        using var device = DeviceCatalog.Open(id, threads);
        comparison.Devices.Add(device.Info);
        var peak = PeakOf.Device(device, report);
        if (peak is not null) comparison.Peaks.Add(peak);
        var measuring = options.Measuring(parsed);
        var shortly = measuring with { Seconds = OpSeconds, SampleSeconds = OpSampleSeconds };
        var ops = new OpBenchmark(device, shortly, peak) { Progress = report };
        foreach (int dim in options.Dims(parsed))
        {
            foreach (var op in ops.Run(StepExtents.Of(dim, options.Batch(parsed)), _ => true, cancellation))
            {
                comparison.Ops.Add(op);
                found(DeviceLines.Of(op));
            }
        }

        var workloads = new WorkloadBenchmark(device, measuring, DeviceOps.Check)
        {
            Progress = report,
            Measured = result =>
            {
                comparison.Workloads.Add(result);
                found(DeviceLines.Of(result));
            },
        };
        foreach (var kind in Enum.GetValues<WorkloadKind>())
        {
            workloads.Run(
                kind,
                WorkloadCase.Choose(Cases),
                [.. options.Dims(parsed).Select(dim => new WorkloadModel(dim, options.Batch(parsed)))],
                cancellation);
        }
    }

    private static IReadOnlyList<string> Chosen(string? names)
    {
        var usable = DeviceCatalog.List().Where(d => d.Usable).Select(d => d.Id).ToList();
        if (names is null) return [.. usable.Except(Emulations)];
        string[] wanted = names.Split(',');
        string? unknown = wanted.FirstOrDefault(n => !usable.Contains(n));
        return unknown is null
            ? wanted
            : throw new UserException($"--devices: '{unknown}' cannot be used; available: {string.Join(", ", usable)}");
    }

    private static void Write(Shell shell, DeviceComparison comparison)
    {
        foreach (var device in comparison.Devices)
            shell.Output.WriteLine($"{device.Id}: {device.Name}; {string.Join(", ", device.Capabilities)}");
        OpTable.Write(shell, comparison.Ops, comparison.Peaks);
        foreach (var kind in comparison.Workloads.GroupBy(w => w.Kind))
        {
            foreach (var device in kind.GroupBy(w => w.Device))
            {
                shell.Output.WriteLine($"{device.Key}:");
                WorkloadTable.Write(shell, [.. device], [.. comparison.PeaksOf(device.Key)]);
            }
        }
    }
}
