using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MaskGradientCore(in Tensor g, in Tensor w, in Tensor mask, float prunedScale, float prunedDecay) =>
        Elementwise(
            new MaskGradientOperator
            {
                G = F(g),
                W = F(w),
                Mask = (uint*)I(mask),
                Scale = prunedScale,
                Decay = prunedDecay,
            },
            g.Count);

    private struct MaskGradientOperator : IElementwise
    {
        public float* G, W;
        public uint* Mask;
        public float Scale, Decay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var g = lanes.Load(G + i);
            var decayed = S.Multiply(S.Broadcast(Decay), lanes.Load(W + i));
            var pruned = S.MultiplyAdd(S.Broadcast(Scale), g, decayed);
            lanes.Store(S.SelectBits(LaneBits(Mask, i), g, pruned), G + i);
        }
    }
}
