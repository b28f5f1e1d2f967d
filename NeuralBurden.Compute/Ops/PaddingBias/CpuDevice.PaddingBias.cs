using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.PaddingBias;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PaddingBiasCore(in PaddingBiasArguments args) =>
        Elementwise(new PaddingBiasOperator(args), args.Sizes.Count);

    private readonly struct PaddingBiasOperator(in PaddingBiasArguments args) : IElementwise
    {
        private readonly float* _sizes = F(args.Sizes), _bias = F(args.Bias);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var padding = S.Broadcast(float.NegativeInfinity);
            lanes.Store(S.SelectLess(S.Zero, lanes.Load(_sizes + i), S.Zero, padding), _bias + i);
        }
    }
}
