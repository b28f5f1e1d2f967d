using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.ApplyMask;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ApplyMaskCore(in ApplyMaskArguments args) =>
        Elementwise(new ApplyMaskOperator(args), args.X.Count);

    /// <summary>The bits of the lanes from element <paramref name="i"/> on: lanes divide 32, so one word has them all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LaneBits(uint* mask, long i) => mask[i >> 5] >> (int)(i & 31);

    private readonly struct ApplyMaskOperator(in ApplyMaskArguments args) : IElementwise
    {
        private readonly float* _x = F(args.X), _y = F(args.Y);
        private readonly uint* _mask = (uint*)I(args.Mask);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V> =>
            lanes.Store(S.KeepBits(lanes.Load(_x + i), LaneBits(_mask, i)), _y + i);
    }
}
