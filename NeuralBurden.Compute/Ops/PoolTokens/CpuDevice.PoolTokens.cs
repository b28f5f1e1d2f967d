using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PoolTokensCore(
        int b, int t, int c, in Tensor tokens, in Tensor sizes, in TokenRange range, in Tensor pooled)
    {
        var job = new PoolTokensJob
        {
            Tokens = t,
            Channels = c,
            Range = range,
            Source = F(tokens),
            Sizes = F(sizes),
            Pooled = F(pooled),
        };
        Parallel(job, b);
    }

    protected override void PoolTokensBackwardCore(
        int b, int t, int c, in Tensor dPooled, in Tensor sizes, in TokenRange range, in Tensor dTokens)
    {
        var job = new PoolTokensBackwardJob
        {
            Tokens = t,
            Channels = c,
            Range = range,
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
        public TokenRange Range;
        public float* Source, Sizes, Pooled;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* source = Source + ((long)part * Tokens * Channels), target = Pooled + ((long)part * Channels);
            source += (long)Range.First * Channels;
            if (Range.Count == 1)
            {
                Rows.Copy(source, target, Channels);
                return;
            }

            var sizes = Sizes == null ? null : Sizes + ((long)part * Tokens) + Range.First;
            Rows.Clear(target, Channels);
            for (int token = 0; token < Range.Count; token++, source += Channels)
                Rows.AddScaled<S, V>(sizes == null ? 1 : sizes[token], source, target, Channels);
            Rows.Scale<S, V>((float)(1 / TotalSize(sizes, Range.Count)), target, target, Channels);
        }
    }

    /// <summary>A part is an image.</summary>
    private struct PoolTokensBackwardJob : ISimdJob
    {
        public int Tokens, Channels;
        public TokenRange Range;
        public float* DPooled, Sizes, DTokens;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* source = DPooled + ((long)part * Channels), target = DTokens + ((long)part * Tokens * Channels);
            Rows.Clear(target, Range.First * Channels);
            target += (long)Range.First * Channels;
            var sizes = Sizes == null ? null : Sizes + ((long)part * Tokens) + Range.First;
            double total = TotalSize(sizes, Range.Count);
            for (int token = 0; token < Range.Count; token++, target += Channels)
            {
                float share = Range.Count == 1 ? 1 : (float)((sizes == null ? 1 : sizes[token]) / total);
                Rows.Scale<S, V>(share, source, target, Channels);
            }

            Rows.Clear(target, (Tokens - Range.End) * Channels);
        }
    }
}
