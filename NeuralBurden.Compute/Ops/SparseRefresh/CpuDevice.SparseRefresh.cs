using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Devices.Cpu;

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
                    Count = order.Slots,
                    Source = F(w.Dense),
                    Position = I(order.Position),
                    Target = F(order.Values),
                },
                PartsOf(order.Slots, GatherGrain));
        }
    }

    /// <summary>target[k] = source[position[k]], 0 where there is no position.</summary>
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
            for (int k = first; k < last; k++) Target[k] = Position[k] >= 0 ? Source[Position[k]] : 0;
        }
    }
}
