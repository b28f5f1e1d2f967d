using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SgdCore(
        in Tensor w,
        in Tensor g,
        in Tensor u,
        in Tensor decayed,
        float learningRate,
        float momentum,
        float weightDecay,
        bool nesterov) =>
        Elementwise(
            new SgdOperator
            {
                W = F(w),
                G = F(g),
                U = F(u),
                Decayed = F(decayed),
                LearningRate = learningRate,
                Momentum = momentum,
                WeightDecay = weightDecay,
                Nesterov = nesterov,
            },
            w.Count);

    private struct SgdOperator : IElementwise
    {
        public float* W, G, U, Decayed;
        public float LearningRate, Momentum, WeightDecay;
        public bool Nesterov;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V>
        {
            var momentum = S.Broadcast(Momentum);
            var gradient = S.MultiplyAdd(S.Broadcast(WeightDecay), lanes.Load(Decayed + i), lanes.Load(G + i));
            var u = S.MultiplyAdd(momentum, lanes.Load(U + i), gradient);
            lanes.Store(u, U + i);
            var step = Nesterov ? S.MultiplyAdd(momentum, u, gradient) : u;
            lanes.Store(S.Subtract(lanes.Load(W + i), S.Multiply(S.Broadcast(LearningRate), step)), W + i);
        }
    }
}
