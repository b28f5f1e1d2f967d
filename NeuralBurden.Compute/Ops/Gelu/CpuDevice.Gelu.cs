using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    private const int GeluGrain = 1 << 13;

    protected override void GeluCore(in Tensor x, in Tensor y) =>
        Parallel(new GeluJob { Count = x.Count, X = F(x), Y = F(y) }, PartsOf(x.Count, GeluGrain));

    protected override void GeluBackwardCore(in Tensor dy, in Tensor x, in Tensor dx) =>
        Parallel(new GeluBackwardJob { Count = x.Count, Dy = F(dy), X = F(x), Dx = F(dx) }, PartsOf(x.Count, GeluGrain));

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

    private struct GeluBackwardJob : ISimdJob
    {
        public long Count;
        public float* Dy;
        public float* X;
        public float* Dx;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * GeluGrain, last = Math.Min(Count, first + GeluGrain);
            for (long i = first; i < last; i += S.Count)
            {
                int count = (int)Math.Min(S.Count, last - i);
                var factor = VectorGelu.Derivative<S, V>(S.LoadPartial(X + i, count));
                S.StorePartial(S.Multiply(S.LoadPartial(Dy + i, count), factor), Dx + i, count);
            }
        }
    }
}
