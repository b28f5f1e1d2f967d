using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MeanKeysCore(int b, int t, int h, int d, in Tensor qkv, in Tensor keys)
    {
        var job = new MeanKeysJob { Count = (long)b * t, Heads = h, D = d, Qkv = F(qkv), Keys = F(keys) };
        Parallel(job, PartsOf(job.Count, MeanKeysJob.Grain));
    }

    private struct MeanKeysJob : ISimdJob
    {
        public const int Grain = 128;

        public long Count;
        public int Heads, D;
        public float* Qkv, Keys;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * Grain, last = Math.Min(Count, first + Grain);
            var scale = S.Broadcast(1f / Heads);
            for (long token = first; token < last; token++)
            {
                float* source = Qkv + (((token * 3) + 1) * Heads * D), target = Keys + (token * D);
                int i = 0;
                for (; i + S.Count <= D; i += S.Count)
                    S.Store(S.Multiply(scale, SumOverHeads<S, V, WholeVector<S, V>>(source + i, default)), target + i);
                if (i >= D) continue;
                var lanes = new FirstLanes<S, V>(D - i);
                lanes.Store(S.Multiply(scale, SumOverHeads<S, V, FirstLanes<S, V>>(source + i, lanes)), target + i);
            }
        }

        private readonly V SumOverHeads<S, V, TLanes>(float* source, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var sum = lanes.Load(source);
            for (int head = 1; head < Heads; head++) sum = S.Add(sum, lanes.Load(source + (head * D)));
            return sum;
        }
    }
}
