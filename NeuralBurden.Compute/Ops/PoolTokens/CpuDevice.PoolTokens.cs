using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PoolTokensCore(
        int b, int t, int c, in Tensor tokens, in Tensor sizes, bool classToken, in Tensor pooled)
    {
        var job = new PoolTokensJob
        {
            Tokens = t,
            Channels = c,
            ClassToken = classToken,
            Source = F(tokens),
            Sizes = F(sizes),
            Pooled = F(pooled),
        };
        Parallel(job, b);
    }

    protected override void PoolTokensBackwardCore(
        int b, int t, int c, in Tensor dPooled, in Tensor sizes, bool classToken, in Tensor dTokens)
    {
        var job = new PoolTokensBackwardJob
        {
            Tokens = t,
            Channels = c,
            ClassToken = classToken,
            DPooled = F(dPooled),
            Sizes = F(sizes),
            DTokens = F(dTokens),
        };
        Parallel(job, b);
    }

    /// <summary>Sum of n weights in double; an absent array is all ones.</summary>
    private static double TotalSize(float* sizes, int n)
    {
        if (sizes == null) return n;
        double total = 0;
        for (int i = 0; i < n; i++) total += sizes[i];
        return total;
    }

    /// <summary>A part is an image.</summary>
    private struct PoolTokensJob : ISimdJob
    {
        public int Tokens, Channels;
        public bool ClassToken;
        public float* Source, Sizes, Pooled;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* source = Source + ((long)part * Tokens * Channels), target = Pooled + ((long)part * Channels);
            if (ClassToken)
            {
                Rows.Copy(source, target, Channels);
                return;
            }

            var sizes = Sizes == null ? null : Sizes + ((long)part * Tokens);
            Rows.Clear(target, Channels);
            for (int token = 0; token < Tokens; token++, source += Channels)
                Rows.AddScaled<S, V>(sizes == null ? 1 : sizes[token], source, target, Channels);
            Rows.Scale<S, V>((float)(1 / TotalSize(sizes, Tokens)), target, target, Channels);
        }
    }

    /// <summary>A part is an image.</summary>
    private struct PoolTokensBackwardJob : ISimdJob
    {
        public int Tokens, Channels;
        public bool ClassToken;
        public float* DPooled, Sizes, DTokens;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* source = DPooled + ((long)part * Channels), target = DTokens + ((long)part * Tokens * Channels);
            if (ClassToken)
            {
                Rows.Copy(source, target, Channels);
                Rows.Clear(target + Channels, (Tokens - 1) * Channels);
                return;
            }

            var sizes = Sizes == null ? null : Sizes + ((long)part * Tokens);
            double total = TotalSize(sizes, Tokens);
            for (int token = 0; token < Tokens; token++, target += Channels)
                Rows.Scale<S, V>((float)((sizes == null ? 1 : sizes[token]) / total), source, target, Channels);
        }
    }
}
