using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AdamWCore(in AdamWArguments args)
    {
        double correction1 = 1 - Math.Pow(args.Options.Beta1, args.Options.Step);
        double correction2 = 1 - Math.Pow(args.Options.Beta2, args.Options.SecondStep);
        Elementwise(
            new AdamWOperator(args, (float)(args.Options.LearningRate / correction1), (float)(1 / Math.Sqrt(correction2))),
            args.W.Count);
    }

    private readonly struct AdamWOperator(in AdamWArguments args, float step, float rootScale) : IElementwise
    {
        private readonly float* _w = F(args.W), _g = F(args.G), _m = F(args.M), _v = F(args.V);
        private readonly float* _decayed = F(args.Decayed);
        private readonly float _beta1 = args.Options.Beta1, _beta2 = args.Options.Beta2;
        private readonly float _blend1 = (float)(1.0 - args.Options.Beta1);
        private readonly float _blend2 = (float)(1.0 - args.Options.Beta2), _epsilon = args.Options.Epsilon;
        private readonly float _step = step, _rootScale = rootScale;
        private readonly float _shrink = (float)((double)args.Options.LearningRate * args.Options.WeightDecay);
        private readonly bool _frozen = args.Options.IsFrozen;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, TVector, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<TVector>
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            var g = lanes.Load(_g + i);
            var m = S.MultiplyAdd(S.Broadcast(_beta1), lanes.Load(_m + i), S.Multiply(S.Broadcast(_blend1), g));
            lanes.Store(m, _m + i);
            var v = lanes.Load(_v + i);
            if (!_frozen)
            {
                v = S.MultiplyAdd(S.Broadcast(_beta2), v, S.Multiply(S.Multiply(S.Broadcast(_blend2), g), g));
                lanes.Store(v, _v + i);
            }

            var root = S.MultiplyAdd(S.Sqrt(v), S.Broadcast(_rootScale), S.Broadcast(_epsilon));
            var step = S.Divide(S.Multiply(S.Broadcast(_step), m), root);
            step = S.MultiplyAdd(S.Broadcast(_shrink), lanes.Load(_decayed + i), step);
            lanes.Store(S.Subtract(lanes.Load(_w + i), step), _w + i);
        }
    }
}
