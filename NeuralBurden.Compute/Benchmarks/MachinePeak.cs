using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// What this machine's cores can do at best, measured: fused multiply-adds in registers (2 FLOP each) and the triad
/// a = b + s c (12 bytes per element, as STREAM counts) over arrays larger than the caches and over some that fit.
/// </summary>
/// <param name="Threads">Cores in use.</param>
/// <param name="VectorBits">Width of the vectors: 128, 256 or 512.</param>
/// <param name="Gflops">Best GFLOP/s.</param>
/// <param name="MedianGflops">Median GFLOP/s.</param>
/// <param name="Bandwidth">Best GB/s.</param>
/// <param name="MedianBandwidth">Median GB/s.</param>
public sealed record MachinePeak(
    int Threads, int VectorBits, double Gflops, double MedianGflops, double Bandwidth, double MedianBandwidth)
{
    /// <summary>Long enough for a stable best value, larger than any cache of a desktop or a virtual machine's share.</summary>
    public const double DefaultSeconds = 0.4;

    public const long DefaultArrayBytes = 64L << 20;

    // Of one thread's three arrays: about what a first, a second and a share of a third cache hold.
    private static readonly int[] BytesPerThread = [24 << 10, 384 << 10, 3 << 20];

    private const double LevelSeconds = 0.1;

    private const long MultiplyAddsPerPart = 4_000_000;
    private const int ElementsPerPart = 1 << 16;

    /// <summary>Bandwidths by what is touched, the smallest first; the last is <see cref="Bandwidth"/>.</summary>
    public IReadOnlyList<MemoryLevel> Levels { get; init; } = [];

    /// <summary>
    /// GB/s that data of this many bytes can be had with at best, when they are touched again and again: that of the
    /// smallest level that holds them.
    /// </summary>
    public double BandwidthOf(long bytes) => Levels.FirstOrDefault(l => l.Bytes >= bytes)?.Bandwidth ?? Bandwidth;

    /// <summary>The widths that this processor computes in hardware, narrowest first.</summary>
    public static IReadOnlyList<int> Widths { get; } =
    [
        128,
        .. Vector256.IsHardwareAccelerated ? [256] : Array.Empty<int>(),
        .. Vector512.IsHardwareAccelerated ? [512] : Array.Empty<int>(),
    ];

    /// <param name="threads">Cores to use; 0 means all.</param>
    /// <param name="vectorBits">128, 256 or 512.</param>
    /// <param name="seconds">Time for each of the two measurements.</param>
    /// <param name="arrayBytes">Size of each of the three arrays of the triad.</param>
    public static unsafe MachinePeak Measure(
        int threads, int vectorBits, double seconds = DefaultSeconds, long arrayBytes = DefaultArrayBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(arrayBytes, ElementsPerPart * (long)sizeof(float));
        if (threads == 0) threads = Environment.ProcessorCount;
        using var pool = new WorkerPool(threads);
        var clock = threads == 1 ? MeasuringClock.Thread : MeasuringClock.Wall;
        // Four parts a core, so that one core that is taken away does not hold up the others by a whole share.
        int parts = threads == 1 ? 1 : 4 * threads;
        long lanes = vectorBits / 32;
        int iterations = (int)(MultiplyAddsPerPart / (lanes * MultiplyAddJob.Chains));
        double flops = 2.0 * parts * iterations * lanes * MultiplyAddJob.Chains;
        float sink = 0;
        var fma = new MultiplyAddJob { Iterations = iterations, Sink = &sink };
        var compute = Repeat(() => Dispatch(pool, fma, vectorBits, parts), clock, seconds);

        int elements = (int)(arrayBytes / sizeof(float) / ElementsPerPart) * ElementsPerPart;
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)(3L * elements * sizeof(float)), 64);
        try
        {
            new Span<float>(memory, elements).Fill(1);
            new Span<float>(memory + elements, elements).Fill(2);
            new Span<float>(memory + (2L * elements), elements).Fill(3);
            var triad = new TriadJob
            {
                A = memory,
                B = memory + elements,
                C = memory + (2L * elements),
                Grain = ElementsPerPart,
            };
            var stream = Repeat(() => Dispatch(pool, triad, vectorBits, elements / ElementsPerPart), clock, seconds);
            double bytes = 12.0 * elements;
            return new MachinePeak(
                threads,
                vectorBits,
                flops / compute.Best / 1e9,
                flops / compute.Median / 1e9,
                bytes / stream.Best / 1e9,
                bytes / stream.Median / 1e9)
            {
                Levels = [.. LevelsOf(pool, triad, vectorBits, clock), new((long)bytes, bytes / stream.Best / 1e9)],
            };
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    // Wider caches than assumed only make a level faster: it is measured, not looked up.
    private static IEnumerable<MemoryLevel> LevelsOf(
        WorkerPool pool, TriadJob triad, int vectorBits, MeasuringClock clock)
    {
        foreach (int bytes in BytesPerThread)
        {
            triad.Grain = bytes / 12 / 16 * 16;
            var job = new RepeatedTriadJob { Triad = triad, Repeats = Math.Max(1, (8 << 20) / bytes) };
            var summary = Repeat(() => Dispatch(pool, job, vectorBits, pool.Workers), clock, LevelSeconds);
            double moved = 12.0 * triad.Grain * job.Repeats * pool.Workers;
            yield return new MemoryLevel(12L * triad.Grain * pool.Workers, moved / summary.Best / 1e9);
        }
    }

    private static SampleSummary Repeat(Action work, MeasuringClock clock, double seconds)
    {
        work();
        var samples = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            double before = clock.Now;
            work();
            samples.Add(clock.Now - before);
        }
        while (samples.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return SampleSummary.Of(samples);
    }

    private static void Dispatch<TJob>(WorkerPool pool, TJob job, int bits, int parts)
        where TJob : unmanaged, ISimdJob
    {
        switch (bits)
        {
            case 512:
                Run<TJob, Simd512, Vector512<float>>(pool, job, parts);
                break;
            case 256:
                Run<TJob, Simd256, Vector256<float>>(pool, job, parts);
                break;
            case 128:
                Run<TJob, Simd128, Vector128<float>>(pool, job, parts);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(bits), bits, "allowed: 128, 256, 512");
        }
    }

    private static void Run<TJob, TSimd, V>(WorkerPool pool, TJob job, int parts)
        where TJob : unmanaged, ISimdJob
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        var bound = new Bound<TJob, TSimd, V> { Job = job };
        pool.Run(ref bound, parts);
    }

    private struct Bound<TJob, TSimd, V> : IJob
        where TJob : unmanaged, ISimdJob
        where TSimd : struct, ISimd<V>
        where V : struct
    {
        public TJob Job;

        public void Run(int part, int worker) => Job.Run<TSimd, V>(part, worker);
    }
}
