using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SumTokensCore(
        int b, int t, int left, int c, in Tensor tokens, in Tensor weights, in Tensor map, in Tensor merged)
    {
        var job = new SumTokensJob
        {
            Tokens = t,
            Left = left,
            Channels = c,
            Source = F(tokens),
            Weights = F(weights),
            Map = I(map),
            Merged = F(merged),
        };
        Parallel(job, b);
    }

    protected override void SumTokensBackwardCore(
        int b, int t, int left, int c, in Tensor dMerged, in Tensor weights, in Tensor map, in Tensor dTokens)
    {
        var job = new SumTokensBackwardJob
        {
            Tokens = t,
            Left = left,
            Channels = c,
            DMerged = F(dMerged),
            Weights = F(weights),
            Map = I(map),
            DTokens = F(dTokens),
        };
        Parallel(job, b);
    }

    /// <summary>A part is an image.</summary>
    private struct SumTokensJob : ISimdJob
    {
        public int Tokens, Left, Channels;
        public float* Source, Weights, Merged;
        public int* Map;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * Tokens;
            float* source = Source + (first * Channels), target = Merged + ((long)part * Left * Channels);
            Rows.Clear(target, Left * Channels);
            for (int n = 0; n < Tokens; n++, source += Channels)
            {
                int group = Map[first + n];
                if (group >= 0) Rows.AddScaled<S, V>(Weights[first + n], source, target + ((long)group * Channels), Channels);
            }
        }
    }

    /// <summary>A part is an image.</summary>
    private struct SumTokensBackwardJob : ISimdJob
    {
        public int Tokens, Left, Channels;
        public float* DMerged, Weights, DTokens;
        public int* Map;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * Tokens;
            float* source = DMerged + ((long)part * Left * Channels), target = DTokens + (first * Channels);
            for (int n = 0; n < Tokens; n++, target += Channels)
            {
                int group = Map[first + n];
                if (group < 0) Rows.Clear(target, Channels);
                else Rows.Scale<S, V>(Weights[first + n], source + ((long)group * Channels), target, Channels);
            }
        }
    }
}
