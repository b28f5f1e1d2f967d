using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb bench devices</c>: ops and workloads of all devices side by side.</summary>
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
        var devices = new Option<string?>("--devices")
        {
            Description = $"Devices, separated by commas; by default all usable ones but {string.Join(" and ", Emulations)}.",
            HelpName = "A,B",
        };
        var html = new Option<string?>("--html") { Description = "Also writes the tables as a page.", HelpName = "FILE" };
        var options = new BenchOptions(DefaultSeconds);
        options.AddTo(command, withDevice: false);
        command.Options.Add(devices);
        command.Options.Add(html);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var comparison = new DeviceComparison();
            bool asJson = parsed.GetValue(json);
            BenchProgress.Show(shell, asJson, report =>
            {
                foreach (string id in Chosen(parsed.GetValue(devices)))
                {
                    foreach (int threads in id == "cpu" ? options.Threads(parsed) : [0])
                        Measure(comparison, id, threads, options, parsed, report, cancellation);
                }
            });
            if (parsed.GetValue(html) is { } path) AtomicFile.WriteAllText(path, DevicePage.Create(comparison));
            if (asJson) JsonOption.Write(shell, Json(comparison));
            else Write(shell, comparison);
            return Task.FromResult(BenchFailures.Write(shell, comparison.Measurements));
        });
        return command;
    }

    private static void Measure(
        DeviceComparison comparison,
        string id,
        int threads,
        BenchOptions options,
        ParseResult parsed,
        Action<string> report,
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
            comparison.Ops.AddRange(ops.Run(StepExtents.Of(dim, options.Batch(parsed)), _ => true, cancellation));
        var workloads = new WorkloadBenchmark(device, measuring, DeviceOps.Check) { Progress = report };
        foreach (var kind in Enum.GetValues<WorkloadKind>())
        {
            comparison.Workloads.AddRange(workloads.Run(
                kind,
                WorkloadCase.Choose(Cases),
                [.. options.Dims(parsed).Select(dim => new WorkloadModel(dim, options.Batch(parsed)))],
                cancellation));
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

    private static JsonObject Json(DeviceComparison comparison) => new()
    {
        ["software"] = MachineText.Software,
        ["devices"] = JsonOption.Array(comparison.Devices, d => new JsonObject
        {
            ["id"] = d.Id,
            ["name"] = d.Name,
            ["units"] = d.Units,
            ["memory_bytes"] = d.MemoryBytes,
            ["capabilities"] = JsonOption.Strings(d.Capabilities),
        }),
        ["ops"] = JsonOption.Array(comparison.Ops, OpJson.Of),
        ["workloads"] = JsonOption.Array(comparison.Workloads, w => WorkloadJson.Of(w, comparison.PeaksOf(w.Device))),
    };

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
