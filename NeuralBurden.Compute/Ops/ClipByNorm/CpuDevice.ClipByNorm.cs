using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Ops.ClipByNorm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ClipByNormCore(in ClipByNormArguments args)
    {
        int parts = PartsOf(args.G.Count, SquaresJob.Grain);
        double* sums = (double*)Shared(2L * parts);
        Parallel(new SquaresJob { G = F(args.Counted), Count = args.G.Count, Sums = sums }, parts);
        double squares = 0;
        for (int i = 0; i < parts; i++) squares += sums[i];
        double length = Math.Sqrt(squares);
        F(args.Norm)[0] = (float)length;
        if (double.IsFinite(length) && length > args.Maximum)
            Elementwise(new ScaleOperator(args, (float)(args.Maximum / length)), args.G.Count);
    }

    /// <summary>Sum of squares of each part in double: no float gradient overflows it, and long sums stay exact.</summary>
    private struct SquaresJob : ISimdJob
    {
        public const int Grain = 16_384;

        public float* G;
        public double* Sums;
        public long Count;

        // Four-lane double accumulators whatever the width of the device: all widths then report the same norm.
        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long i = (long)part * Grain, end = Math.Min(Count, i + Grain);
            Vector256<double> a = default, b = default;
            for (; i + 8 <= end; i += 8)
            {
                var (low, high) = Vector256.Widen(Vector256.Load(G + i));
                a += low * low;
                b += high * high;
            }

            double sum = Vector256.Sum(a + b);
            for (; i < end; i++) sum += (double)G[i] * G[i];
            Sums[part] = sum;
        }
    }

    private readonly struct ScaleOperator(in ClipByNormArguments args, float scale) : IElementwise
    {
        private readonly float* _x = F(args.G);
        private readonly float _scale = scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<S, V, TLanes>(long i, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V> =>
            lanes.Store(S.Multiply(S.Broadcast(_scale), lanes.Load(_x + i)), _x + i);
    }
}
