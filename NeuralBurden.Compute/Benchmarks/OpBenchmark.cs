using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Measures every op at the sizes of a training step; each is checked at that size right before it is timed.</summary>
public sealed class OpBenchmark(Device device, MeasuringOptions options, MachinePeak? peak)
{
    public Action<string>? Progress { get; init; }

    public IEnumerable<OpResult> Run(
        StepExtents extents, Func<string, bool> wanted, CancellationToken cancellation = default)
    {
        var clock = MeasuringClock.For(device);
        foreach (var contract in OpContracts.All.Where(c => wanted(c.Name)))
        {
            foreach (var workload in OpWorkload.Of(contract, extents))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return Measure(workload, extents.Dim, clock, cancellation);
            }
        }
    }

    /// <summary>Checks and measures one op.</summary>
    public OpResult Measure(OpWorkload workload, int dim, MeasuringClock clock, CancellationToken cancellation = default)
    {
        using var measured = new OpMeasured(workload, device);
        Progress?.Invoke($"{device.Info.Id}, d{dim}: {workload.Name}");
        var measurement = new InterleavedTimer(clock, options).Run([measured], cancellation)[0];
        return new OpResult(
            workload.Contract.Name,
            workload.Name,
            workload.Case.Description,
            dim,
            device.Info.Id,
            device.Info.Units,
            clock.Name,
            workload.Cost,
            measurement,
            peak);
    }
}
