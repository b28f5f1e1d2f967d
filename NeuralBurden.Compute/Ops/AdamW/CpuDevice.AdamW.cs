using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AdamWCore(
        in Tensor w, in Tensor g, in Tensor m, in Tensor v, in Tensor decayed, in AdamWOptions options)
    {
        double correction1 = 1 - Math.Pow(options.Beta1, options.Step);
        double correction2 = 1 - Math.Pow(options.Beta2, options.SecondStep);
        Elementwise(
            new AdamWOperator
            {
                W = F(w),
                G = F(g),
                M = F(m),
                V = F(v),
                Decayed = F(decayed),
                Beta1 = options.Beta1,
                Beta2 = options.Beta2,
                Blend1 = (float)(1.0 - options.Beta1),
                Blend2 = (float)(1.0 - options.Beta2),
                Epsilon = options.Epsilon,
                Step = (float)(options.LearningRate / correction1),
                RootScale = (float)(1 / Math.Sqrt(correction2)),
                Shrink = (float)((double)options.LearningRate * options.WeightDecay),
                Frozen = options.IsFrozen,
            },
            w.Count);
    }

    private struct AdamWOperator : IElementwise
    {
        public float* W, G, M, V, Decayed;
        public float Beta1, Beta2, Blend1, Blend2, Epsilon, Step, RootScale, Shrink;
        public bool Frozen;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<S, TVector, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<TVector>
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            var g = lanes.Load(G + i);
            var m = S.MultiplyAdd(S.Broadcast(Beta1), lanes.Load(M + i), S.Multiply(S.Broadcast(Blend1), g));
            lanes.Store(m, M + i);
            var v = lanes.Load(V + i);
            if (!Frozen)
            {
                v = S.MultiplyAdd(S.Broadcast(Beta2), v, S.Multiply(S.Multiply(S.Broadcast(Blend2), g), g));
                lanes.Store(v, V + i);
            }

            var root = S.MultiplyAdd(S.Sqrt(v), S.Broadcast(RootScale), S.Broadcast(Epsilon));
            var step = S.Divide(S.Multiply(S.Broadcast(Step), m), root);
            step = S.MultiplyAdd(S.Broadcast(Shrink), lanes.Load(Decayed + i), step);
            lanes.Store(S.Subtract(lanes.Load(W + i), step), W + i);
        }
    }
}
