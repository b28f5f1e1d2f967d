using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Cpu;

public unsafe partial class CpuDevice
{
    private const int GatherGrain = 1 << 13;

    protected override void SparseRefreshCore(SparseMatrix w)
    {
        foreach (var order in (ReadOnlySpan<SparseOrder>)[w.ByRows!, w.ByColumns!])
        {
            Parallel(
                new GatherJob
                {
                    Count = w.Count,
                    Source = F(w.Dense),
                    Position = I(order.Position),
                    Target = F(order.Values),
                },
                PartsOf(w.Count, GatherGrain));
        }
    }

    /// <summary>target[k] = source[position[k]].</summary>
    private struct GatherJob : ISimdJob
    {
        public int Count;
        public float* Source;
        public int* Position;
        public float* Target;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int first = part * GatherGrain, last = Math.Min(Count, first + GatherGrain);
            for (int k = first; k < last; k++) Target[k] = Source[Position[k]];
        }
    }
}
