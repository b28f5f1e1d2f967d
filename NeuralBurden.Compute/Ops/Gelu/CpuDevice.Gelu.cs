using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    private const int GeluGrain = 1 << 13;

    protected override void GeluCore(in GeluArguments args) =>
        Parallel(new GeluJob { Count = args.X.Count, X = F(args.X), Y = F(args.Y) }, PartsOf(args.X.Count, GeluGrain));

    protected override void GeluBackwardCore(in GeluBackwardArguments args) =>
        Parallel(new GeluBackwardJob(args), PartsOf(args.X.Count, GeluGrain));

    private struct GeluJob : ISimdJob
    {
        public long Count;
        public float* X;
        public float* Y;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * GeluGrain, last = Math.Min(Count, first + GeluGrain);
            for (long i = first; i < last; i += S.Count)
            {
                int count = (int)Math.Min(S.Count, last - i);
                S.StorePartial(VectorGelu.Value<S, V>(S.LoadPartial(X + i, count)), Y + i, count);
            }
        }
    }

    private readonly struct GeluBackwardJob(in GeluBackwardArguments args) : ISimdJob
    {
        private readonly long _count = args.X.Count;
        private readonly float* _dy = F(args.Dy), _x = F(args.X), _dx = F(args.Dx);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * GeluGrain, last = Math.Min(_count, first + GeluGrain);
            for (long i = first; i < last; i += S.Count)
            {
                int count = (int)Math.Min(S.Count, last - i);
                var factor = VectorGelu.Derivative<S, V>(S.LoadPartial(_x + i, count));
                S.StorePartial(S.Multiply(S.LoadPartial(_dy + i, count), factor), _dx + i, count);
            }
        }
    }
}
