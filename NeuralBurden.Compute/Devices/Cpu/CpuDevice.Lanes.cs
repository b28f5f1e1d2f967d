using System.Runtime.InteropServices;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private readonly CpuDevice? _home;
    private CpuDevice[] _lanes = [];

    private CpuDevice(CpuDevice home)
    {
        (_home, _bits, _pool) = (home, home._bits, new WorkerPool(1));
        Info = home.Info with { Units = 1 };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Device> Lanes
    {
        get
        {
            if (_lanes.Length == 0 && _pool.Workers > 1)
                _lanes = [.. Enumerable.Range(0, _pool.Workers).Select(_ => new CpuDevice(this))];
            return _lanes;
        }
    }

    internal override DeviceMemory Home => _home ?? this;

    /// <inheritdoc/>
    public override void OnLanes(Action<int, int> work, int parts)
    {
        var handle = GCHandle.Alloc(work);
        var job = new LaneJob { Work = handle };
        try
        {
            _pool.Run(ref job, parts);
        }
        finally
        {
            handle.Free();
        }
    }

    private struct LaneJob : IJob
    {
        public GCHandle Work;

        public readonly void Run(int part, int worker) => ((Action<int, int>)Work.Target!)(part, worker);
    }
}
