using BenchmarkDotNet.Attributes;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Bench.Workloads;

/// <summary>One operation is one image; the workload and all ops are checked before anything is timed.</summary>
public abstract class WorkloadBenchmarks
{
    private const int Batch = 128;

    private Device? _device;
    private Workload? _workload;

    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "cpu";

    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "dense";

    [Params(64, 128, 192)]
    public int Dim { get; set; }

    public IEnumerable<string> Devices =>
        DeviceCatalog.List().Where(d => d.Usable).Select(d => d.Id).Except(["reference", "ilgpu-cpu"]);

    public IEnumerable<string> Cases => WorkloadCase.All.Select(c => c.Name);

    protected abstract WorkloadKind Kind { get; }

    [GlobalSetup]
    public void CheckAndPrepare()
    {
        _device = DeviceCatalog.Open(Device);
        _workload = new Workload(_device, WorkloadCase.Choose([Case])[0], Kind, new WorkloadModel(Dim, Batch));
        if ((DeviceOps.Check(_device) ?? _workload.Check()) is { } failure)
            throw new InvalidOperationException($"not measured: {failure}");
    }

    [GlobalCleanup]
    public void Release()
    {
        _workload?.Dispose();
        _device?.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Run()
    {
        _workload!.Run();
        _workload.Complete();
    }
}
