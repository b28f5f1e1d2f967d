using BenchmarkDotNet.Attributes;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Bench.Ops;

/// <summary>
/// The workloads of one op on every usable device, without transfers. The op's contract is checked at the very size
/// that is measured, in the process that measures; a difference throws and leaves no number.
/// </summary>
public class OpBenchmarks<TContract>
    where TContract : OpContract, new()
{
    private const int Calls = 8;

    // Emulations, made for correctness alone.
    private static readonly string[] TooSlow = ["reference", "ilgpu-cpu"];

    private static readonly StepExtents[] Models =
    [
        StepExtents.Of(64, 128),
        StepExtents.Of(128, 128),
        StepExtents.Of(192, 128),
        // DeiT-Small's extents.
        new(8, 197, 384, 6, 4 * 384, 64, ImageSide: 224, Patch: 16),
    ];

    private Device? _device;
    private OpMeasured? _measured;

    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "cpu";

    [ParamsSource(nameof(Cases))]
    public CaseName Case { get; set; } = null!;

    public IEnumerable<string> Devices => DeviceCatalog.List().Where(d => d.Usable).Select(d => d.Id).Except(TooSlow);

    public IEnumerable<CaseName> Cases => Models.SelectMany(
        e => Workloads(e).Select(w => new CaseName(w.Name, e, w.Cost)));

    private static IEnumerable<OpWorkload> Workloads(StepExtents extents) => OpWorkload.Of(new TContract(), extents);

    [GlobalSetup]
    public void CheckAndPrepare()
    {
        _device = DeviceCatalog.Open(Device);
        var workload = Workloads(Case.Extents).First(w => w.Name == Case.Name);
        _measured = new OpMeasured(workload, _device);
        if (_measured.Check() is { } difference) throw new InvalidOperationException($"not measured: {difference}");
    }

    [GlobalCleanup]
    public void Release()
    {
        _measured?.Dispose();
        _device?.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public void Run()
    {
        for (int i = 0; i < Calls; i++) _measured!.Run();
        _measured!.Complete();
    }
}
