using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AxpbyCore(float alpha, in Tensor x, float beta, in Tensor y) =>
        Elementwise(new AxpbyOperator { Alpha = alpha, X = F(x), Beta = beta, Y = F(y) }, y.Count);

    private struct AxpbyOperator : IElementwise
    {
        public float Alpha, Beta;
        public float* X, Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var scaled = S.Multiply(S.Broadcast(Beta), lanes.Load(Y + i));
            lanes.Store(S.MultiplyAdd(S.Broadcast(Alpha), lanes.Load(X + i), scaled), Y + i);
        }
    }
}
