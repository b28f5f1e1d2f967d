using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ApplyMaskCore(in Tensor x, in Tensor mask, in Tensor y) =>
        Elementwise(new ApplyMaskOperator { X = F(x), Mask = (uint*)I(mask), Y = F(y) }, x.Count);

    /// <summary>The bits of the lanes from element <paramref name="i"/> on: lanes divide 32, so one word has them all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LaneBits(uint* mask, long i) => mask[i >> 5] >> (int)(i & 31);

    private struct ApplyMaskOperator : IElementwise
    {
        public float* X, Y;
        public uint* Mask;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V> =>
            lanes.Store(S.KeepBits(lanes.Load(X + i), LaneBits(Mask, i)), Y + i);
    }
}
