using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Benchmarks;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb check --device D</c>: whether a device computes what it should; a report fit for pasting.</summary>
internal static class CheckCommand
{
    private const int DefaultCases = 40;

    public static Command Create(Shell shell)
    {
        var command = new Command("check", "Checks a device: every op, then training, pruning, merging, checkpoints.");
        var device = CliOption.Of<string>("--device", "D", "Device to check; 'nb devices' lists them.", "cpu");
        var threads = CliOption.Of<int>("--threads", "N", "Cores to use; all by default.").Whole(1);
        var cases = CliOption.Of<int>("--cases", "N", "Generated cases of each op.", DefaultCases).Whole(1);
        var small = new Option<bool>("--small")
        {
            Description = "Only the ops, and only small cases of them: for tools that slow a device down.",
        };
        var quick = new Option<bool>("--quick")
        {
            Description = "In under a minute: few small cases of every op, then two tiny training steps.",
        };
        command.Takes(device, threads, cases, small, quick);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            bool asJson = parsed.GetValue(json);
            string id = parsed.GetValue(device)!;
            int used = ThreadLimit.Cap(parsed.GetValue(threads), shell.Error);
            var info = Info(id, used);
            if (!asJson) WriteHead(shell, info);
            var steps = new List<CheckStep>();
            BenchProgress.Show(shell, asJson, report =>
            {
                var check = new DeviceCheck(id, used, parsed.GetValue(cases))
                {
                    Small = parsed.GetValue(small),
                    Quick = parsed.GetValue(quick),
                    Begins = (number, count, name) => report($"{number} of {count}: {name}"),
                };
                if (!asJson) shell.Output.WriteLine($"  {check.Count} checks");
                foreach (var step in check.Run(cancellation))
                {
                    steps.Add(step);
                    if (!asJson) shell.Output.WriteLine(Line(step));
                }
            });
            bool passed = steps.All(s => s.Passed), whole = !parsed.GetValue(small);
            if (whole && DeviceCatalog.List().FirstOrDefault(l => l.Id == id) is { } listing)
                CheckedDevices.OfUser().Record(listing, passed, DateTime.UtcNow);
            if (asJson) JsonOption.Write(shell, Json(info, steps));
            else shell.Output.WriteLine(Advice(info.Id, steps, whole && !parsed.GetValue(quick)));
            return Task.FromResult(passed ? 0 : UserException.Failure);
        });
        return command;
    }

    private static DeviceInfo Info(string id, int threads)
    {
        using var device = DeviceCatalog.Open(id, threads);
        return device.Info;
    }

    private static void WriteHead(Shell shell, DeviceInfo info)
    {
        shell.Output.WriteLine($"nb check: {info.Id}, {info.Name}, {ReportText.Count(info.Units, "unit")}");
        shell.Output.WriteLine($"  {string.Join(", ", info.Capabilities)}");
        shell.Output.WriteLine($"  {MachineText.Software}");
    }

    private static string Advice(string id, IReadOnlyList<CheckStep> steps, bool whole)
    {
        int failed = steps.Count(s => !s.Passed);
        if (failed > 0)
        {
            return $"{failed} of {steps.Count} checks FAILED: take no result of {id}, use --device cpu, and tell us what this "
                + "printed; a newer driver may help";
        }

        return whole
            ? $"all checks passed: nb run CONFIG --device {id}"
            : $"all checks passed: nb run CONFIG --device {id}; before results that matter, nb check --device {id}";
    }

    private static string Line(CheckStep step) =>
        $"  {(step.Passed ? "ok    " : "FAILED")} {step.Name,-24} {step.Detail} "
        + $"({ReportText.Number(step.Seconds, "0.0")} s)";

    private static JsonObject Json(DeviceInfo info, IReadOnlyList<CheckStep> steps) => new()
    {
        ["device"] = info.Id,
        ["name"] = info.Name,
        ["capabilities"] = JsonOption.Strings(info.Capabilities),
        ["software"] = MachineText.Software,
        ["passed"] = steps.All(s => s.Passed),
        ["steps"] = JsonOption.Array(steps, s => new JsonObject
        {
            ["name"] = s.Name,
            ["passed"] = s.Passed,
            ["detail"] = s.Detail,
            ["seconds"] = s.Seconds,
        }),
    };
}
