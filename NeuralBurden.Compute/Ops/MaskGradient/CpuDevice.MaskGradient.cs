using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.MaskGradient;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MaskGradientCore(in MaskGradientArguments args) =>
        Elementwise(
            new MaskGradientOperator(args),
            args.G.Count);

    private readonly struct MaskGradientOperator(in MaskGradientArguments args) : IElementwise
    {
        private readonly float* _g = F(args.G), _w = F(args.W);
        private readonly uint* _mask = (uint*)I(args.Mask);
        private readonly float _scale = args.PrunedScale, _decay = args.PrunedDecay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var g = lanes.Load(_g + i);
            var decayed = S.Multiply(S.Broadcast(_decay), lanes.Load(_w + i));
            var pruned = S.MultiplyAdd(S.Broadcast(_scale), g, decayed);
            lanes.Store(S.SelectBits(LaneBits(_mask, i), g, pruned), _g + i);
        }
    }
}
