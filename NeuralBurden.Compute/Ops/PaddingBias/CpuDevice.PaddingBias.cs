using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PaddingBiasCore(in Tensor sizes, in Tensor bias) =>
        Elementwise(new PaddingBiasOperator { Sizes = F(sizes), Bias = F(bias) }, sizes.Count);

    private struct PaddingBiasOperator : IElementwise
    {
        public float* Sizes, Bias;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var padding = S.Broadcast(float.NegativeInfinity);
            lanes.Store(S.SelectLess(S.Zero, lanes.Load(Sizes + i), S.Zero, padding), Bias + i);
        }
    }
}
