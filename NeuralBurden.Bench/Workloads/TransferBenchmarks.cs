using BenchmarkDotNet.Attributes;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Bench.Workloads;

/// <summary>Host to device and back, apart from kernels.</summary>
public class TransferBenchmarks
{
    private Device? _device;
    private Tensor _tensor;
    private float[] _host = [];

    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "cpu";

    [Params(1, 64)]
    public int Megabytes { get; set; }

    public IEnumerable<string> Devices =>
        DeviceCatalog.List().Where(d => d.Usable).Select(d => d.Id).Except(["reference", "ilgpu-cpu"]);

    [GlobalSetup]
    public void CheckAndPrepare()
    {
        _device = DeviceCatalog.Open(Device);
        _host = new float[Megabytes << 18];
        for (int i = 0; i < _host.Length; i++) _host[i] = i;
        _tensor = _device.AllocateTensor(new Shape(_host.Length), "transfer");
        float[] back = new float[_host.Length];
        _device.Upload(_host, _tensor);
        _device.Download(_tensor, back);
        if (!back.AsSpan().SequenceEqual(_host)) throw new InvalidOperationException("not measured: a transfer changed values");
    }

    [GlobalCleanup]
    public void Release()
    {
        _tensor.Buffer.Dispose();
        _device!.Dispose();
    }

    [Benchmark]
    public void Upload()
    {
        _device!.Upload(_host, _tensor);
        _device.Synchronize();
    }

    [Benchmark]
    public void Download() => _device!.Download(_tensor, _host);
}
