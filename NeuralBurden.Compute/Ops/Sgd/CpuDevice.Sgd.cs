using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.Sgd;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SgdCore(in SgdArguments args) =>
        Elementwise(
            new SgdOperator(args),
            args.W.Count);

    private readonly struct SgdOperator(in SgdArguments args) : IElementwise
    {
        private readonly float* _w = F(args.W), _g = F(args.G), _u = F(args.U), _decayed = F(args.Decayed);
        private readonly float _learningRate = args.LearningRate, _momentum = args.Momentum;
        private readonly float _weightDecay = args.WeightDecay;
        private readonly bool _nesterov = args.Nesterov;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var momentum = S.Broadcast(_momentum);
            var gradient = S.MultiplyAdd(S.Broadcast(_weightDecay), lanes.Load(_decayed + i), lanes.Load(_g + i));
            var u = S.MultiplyAdd(momentum, lanes.Load(_u + i), gradient);
            lanes.Store(u, _u + i);
            var step = _nesterov ? S.MultiplyAdd(momentum, u, gradient) : u;
            lanes.Store(S.Subtract(lanes.Load(_w + i), S.Multiply(S.Broadcast(_learningRate), step)), _w + i);
        }
    }
}
