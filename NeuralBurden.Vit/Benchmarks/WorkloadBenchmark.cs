using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Model;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>
/// Measures the workloads of one device: the cases of one model together, interleaved; models one after the other, as
/// their activations need the memory.
/// </summary>
/// <param name="checkOps">
/// Null where every op of the device is right, else what is wrong, which refuses all numbers; <see
/// cref="DeviceOps.Check"/> in the program.
/// </param>
public sealed class WorkloadBenchmark(Device device, MeasuringOptions options, Func<Device, string?> checkOps)
{
    private const int ProfiledSteps = 4;

    public Action<string>? Progress { get; init; }

    /// <summary>Hears each result as soon as its model is measured.</summary>
    public Action<WorkloadResult>? Measured { get; init; }

    /// <summary>Also splits training steps into their parts, in a few steps of their own.</summary>
    public bool Profiles { get; init; }

    /// <summary>See <see cref="InterleavedTimer.Turns"/>.</summary>
    public ITurns? Turns { get; init; }

    public IReadOnlyList<WorkloadResult> Run(
        WorkloadKind kind,
        IReadOnlyList<WorkloadCase> cases,
        IReadOnlyList<WorkloadModel> models,
        CancellationToken cancellation = default)
    {
        Progress?.Invoke($"checking the ops of {device.Info.Id}");
        string? failure = checkOps(device);
        var results = new List<WorkloadResult>();
        foreach (var model in models)
        {
            cancellation.ThrowIfCancellationRequested();
            var measured = RunModel(kind, cases, model, failure, cancellation);
            measured.ForEach(result => Measured?.Invoke(result));
            results.AddRange(measured);
        }

        return results;
    }

    private List<WorkloadResult> RunModel(
        WorkloadKind kind,
        IReadOnlyList<WorkloadCase> cases,
        WorkloadModel model,
        string? failure,
        CancellationToken cancellation)
    {
        var workloads = new List<Workload>();
        try
        {
            foreach (var one in cases) workloads.Add(new Workload(device, one, kind, model));
            var clock = MeasuringClock.For(device);
            var timer = new InterleavedTimer(clock, options)
            {
                Progress = text => Progress?.Invoke($"{device.Info.Id}, d{model.Dim}: {text}"),
                Turns = Turns,
            };
            var measured = failure is null
                ? timer.Run(workloads, cancellation)
                : [.. workloads.Select(w => Measurement.Refused(w.Name, failure))];
            return [.. workloads.Zip(measured, (w, m) => Result(w, m, clock))];
        }
        finally
        {
            foreach (var workload in workloads) workload.Dispose();
        }
    }

    private double? LaunchesPerBlock(Workload workload, int launches)
    {
        int depth = workload.Model.Depth;
        if (depth < 2) return null;
        using var shallow = new Workload(device, workload.Case, workload.Kind, workload.Model with { Depth = 1 });
        // A workload is ready once it has passed its check.
        if (shallow.Check() is not null) return null;
        return shallow.Launches(isSeen: false) is { } few ? (double)(launches - few.Count) / (depth - 1) : null;
    }

    private WorkloadResult Result(Workload workload, Measurement measurement, MeasuringClock clock)
    {
        bool profiles = Profiles && measurement.Passed && workload.Kind == WorkloadKind.TrainStep;
        var profile = profiles ? workload.Profile(ProfiledSteps) : null;
        var launches = measurement.Passed ? workload.Launches() : null;
        return new WorkloadResult
        {
            Case = workload.Case,
            Kind = workload.Kind,
            Model = workload.Model,
            Device = device.Info.Id,
            Threads = device.Info.Units,
            Clock = clock.Name,
            Measurement = measurement,
            Sparsity = workload.Sparsity,
            Skipping = workload.Skipping,
            MultiplyAddsPerImage = workload.MultiplyAddsPerImage,
            Launches = launches,
            LaunchesPerBlock = launches is null ? null : LaunchesPerBlock(workload, launches.Count),
            Parts = profile is null ? null : Enum.GetValues<StepPart>().ToDictionary(p => p, profile.Mean),
        };
    }
}
