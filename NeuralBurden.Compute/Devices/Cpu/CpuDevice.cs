using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

/// <summary>
/// SIMD on all cores; the default device. Vector width is chosen at run time. Work is split by shape and never by the
/// number of threads, so one and many threads give bitwise the same results.
/// </summary>
public sealed unsafe partial class CpuDevice : Device
{
    // Measured: up to a sixth faster than a batch of 8,320 tokens, and hardly different from 256 to 1,024.
    private const int TokensPerWorker = 1024;

    private readonly WorkerPool _pool;
    private readonly int _bits;
    private readonly ScratchMemory _shared = new();
    private readonly ScratchMemory _aside = new();

    /// <param name="threads">Cores to use; 0 means all.</param>
    /// <param name="vectorBits">128, 256 or 512 to force a width (emulated where the processor lacks it); 0 picks.</param>
    public CpuDevice(int threads = 0, int vectorBits = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (vectorBits is not (0 or 128 or 256 or 512))
            throw new ArgumentOutOfRangeException(nameof(vectorBits), vectorBits, "allowed: 0, 128, 256, 512");
        if (threads == 0) threads = Environment.ProcessorCount;
        _bits = vectorBits != 0 ? vectorBits
            : Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256 : 128;
        _pool = new WorkerPool(threads);
        Info = new DeviceInfo(
            "cpu",
            Processor.Name,
            "cpu",
            threads,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            [$"{_bits}-bit vectors", .. Processor.InstructionSets]);
    }

    public override DeviceInfo Info { get; }

    /// <inheritdoc/>
    public override int TokensAtOnce => TokensPerWorker * _pool.Workers;

    /// <summary>Width of the vectors in use: 128, 256 or 512.</summary>
    public int VectorBits => _bits;

    public override bool TryGetHostSpan(scoped in Tensor tensor, out Span<float> span)
    {
        span = tensor.Buffer.Type == ElementType.Float32 ? new Span<float>(F(tensor), (int)tensor.Count) : default;
        return tensor.Buffer.Type == ElementType.Float32;
    }

    internal override bool TryGetHostInts(scoped in Tensor tensor, out Span<int> span)
    {
        span = tensor.Buffer.Type == ElementType.Int32 ? new Span<int>(I(tensor), (int)tensor.Count) : default;
        return tensor.Buffer.Type == ElementType.Int32;
    }

    protected override DeviceBuffer AllocateCore(long length, ElementType type, string label) =>
        new CpuBuffer(this, length, type, label);

    protected override void UploadCore(ReadOnlySpan<float> source, in Tensor destination) =>
        source.CopyTo(new Span<float>(F(destination), source.Length));

    protected override void UploadCore(ReadOnlySpan<int> source, in Tensor destination) =>
        source.CopyTo(new Span<int>(I(destination), source.Length));

    protected override void UploadCore(ReadOnlySpan<byte> source, in Tensor destination) =>
        source.CopyTo(new Span<byte>(U(destination), source.Length));

    protected override void DownloadCore(in Tensor source, Span<float> destination) =>
        new ReadOnlySpan<float>(F(source), destination.Length).CopyTo(destination);

    protected override void DownloadCore(in Tensor source, Span<int> destination) =>
        new ReadOnlySpan<int>(I(source), destination.Length).CopyTo(destination);

    protected override void CopyMemory(in Tensor source, in Tensor destination) =>
        new ReadOnlySpan<float>(F(source), (int)source.Count).CopyTo(new Span<float>(F(destination), (int)source.Count));

    protected override void ClearMemory(in Tensor tensor) => new Span<float>(F(tensor), (int)tensor.Count).Clear();

    protected override void DisposeCore()
    {
        foreach (var lane in _lanes) lane.Dispose();
        _pool.Dispose();
        _shared.Dispose();
        _aside.Dispose();
    }

    private static float* F(in Tensor tensor) => CpuBuffer.F(tensor);

    private static int* I(in Tensor tensor) => CpuBuffer.I(tensor);

    private static byte* U(in Tensor tensor) => CpuBuffer.U(tensor);

    /// <summary>Runs the job's body for the vector width in use, on all cores.</summary>
    private void Parallel<TJob>(TJob job, int parts)
        where TJob : unmanaged, ISimdJob
    {
        switch (_bits)
        {
            case 512:
                var wide = new At<TJob, Simd512, Vector512<float>> { Job = job };
                _pool.Run(ref wide, parts);
                break;
            case 256:
                var medium = new At<TJob, Simd256, Vector256<float>> { Job = job };
                _pool.Run(ref medium, parts);
                break;
            default:
                var narrow = new At<TJob, Simd128, Vector128<float>> { Job = job };
                _pool.Run(ref narrow, parts);
                break;
        }
    }

    /// <summary>
    /// Scratch that an op divides among its jobs and workers, at least <paramref name="floats"/> long, valid until the
    /// next call; contents are undefined.
    /// </summary>
    private float* Shared(long floats) => _shared.Get(floats);

    /// <summary>As <see cref="Shared"/>, for what an op keeps while a part of it asks for scratch of its own.</summary>
    private float* Aside(long floats) => _aside.Get(floats);

    /// <summary>Adds up the partial results of parts, in their order; see <see cref="SumPartialsJob"/>.</summary>
    private void SumPartials(float* partials, long stride, int groups, long count, float* target, bool accumulate) =>
        Parallel(
            new SumPartialsJob
            {
                Count = count,
                Groups = groups,
                Partials = partials,
                Stride = stride,
                Target = target,
                Accumulate = accumulate,
            },
            PartsOf(count, SumPartialsJob.Grain));

    /// <summary>How many parts of <paramref name="grain"/> items cover <paramref name="count"/> items.</summary>
    private static int PartsOf(long count, long grain) => (int)((count + grain - 1) / grain);

    private struct At<TJob, TSimd, V> : IJob
        where TJob : unmanaged, ISimdJob
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        public TJob Job;

        public void Run(int part, int worker) => Job.Run<TSimd, V>(part, worker);
    }
}
