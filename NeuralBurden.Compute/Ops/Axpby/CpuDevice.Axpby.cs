using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.Axpby;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AxpbyCore(in AxpbyArguments args) =>
        Elementwise(new AxpbyOperator(args), args.Y.Count);

    private readonly struct AxpbyOperator(in AxpbyArguments args) : IElementwise
    {
        private readonly float _alpha = args.Alpha, _beta = args.Beta;
        private readonly float* _x = F(args.X), _y = F(args.Y);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var scaled = S.Multiply(S.Broadcast(_beta), lanes.Load(_y + i));
            lanes.Store(S.MultiplyAdd(S.Broadcast(_alpha), lanes.Load(_x + i), scaled), _y + i);
        }
    }
}
