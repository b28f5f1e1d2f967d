using NeuralBurden.Compute.Ops.MeanKeys;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MeanKeysCore(in MeanKeysArguments args)
    {
        var job = new MeanKeysJob(args);
        Parallel(job, PartsOf(job.Count, MeanKeysJob.Grain));
    }

    private readonly struct MeanKeysJob(in MeanKeysArguments args) : ISimdJob
    {
        public const int Grain = 128;

        public readonly long Count = (long)args.Extents.B * args.Extents.T;
        private readonly int _heads = args.Extents.H, _d = args.Extents.D;
        private readonly float* _qkv = F(args.Qkv), _keys = F(args.Keys);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * Grain, last = Math.Min(Count, first + Grain);
            var scale = S.Broadcast(1f / _heads);
            for (long token = first; token < last; token++)
            {
                float* source = _qkv + (((token * 3) + 1) * _heads * _d), target = _keys + (token * _d);
                int i = 0;
                for (; i + S.Count <= _d; i += S.Count)
                    S.Store(S.Multiply(scale, SumOverHeads<S, V, WholeVector<S, V>>(source + i, default)), target + i);
                if (i >= _d) continue;
                var lanes = new FirstLanes<S, V>(_d - i);
                lanes.Store(S.Multiply(scale, SumOverHeads<S, V, FirstLanes<S, V>>(source + i, lanes)), target + i);
            }
        }

        private V SumOverHeads<S, V, TLanes>(float* source, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var sum = lanes.Load(source);
            for (int head = 1; head < _heads; head++) sum = S.Add(sum, lanes.Load(source + (head * _d)));
            return sum;
        }
    }
}
