using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PoolTokensCore(in PoolTokensArguments args)
    {
        var (b, t, c) = args.Extents;
        var job = new PoolTokensJob
        {
            Tokens = t,
            Channels = c,
            Range = args.Range,
            Source = F(args.Tokens),
            Sizes = F(args.Sizes),
            Pooled = F(args.Pooled),
        };
        Parallel(job, b);
    }

    protected override void PoolTokensBackwardCore(in PoolTokensBackwardArguments args) =>
        Parallel(new PoolTokensBackwardJob(args), args.Extents.B);

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

            float* sizes = Sizes == null ? null : Sizes + ((long)part * Tokens) + Range.First;
            Rows.Clear(target, Channels);
            for (int token = 0; token < Range.Count; token++, source += Channels)
                Rows.AddScaled<S, V>(sizes == null ? 1 : sizes[token], source, target, Channels);
            Rows.Scale<S, V>((float)(1 / TotalSize(sizes, Range.Count)), target, target, Channels);
        }
    }

    /// <summary>A part is an image.</summary>
    private readonly struct PoolTokensBackwardJob(in PoolTokensBackwardArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _channels = args.Extents.C;
        private readonly TokenRange _range = args.Range;
        private readonly float* _dPooled = F(args.DPooled), _sizes = F(args.Sizes), _dTokens = F(args.DTokens);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* source = _dPooled + ((long)part * _channels), target = _dTokens + ((long)part * _tokens * _channels);
            Rows.Clear(target, _range.First * _channels);
            target += (long)_range.First * _channels;
            float* sizes = _sizes == null ? null : _sizes + ((long)part * _tokens) + _range.First;
            double total = TotalSize(sizes, _range.Count);
            for (int token = 0; token < _range.Count; token++, target += _channels)
            {
                float share = _range.Count == 1 ? 1 : (float)((sizes == null ? 1 : sizes[token]) / total);
                Rows.Scale<S, V>(share, source, target, _channels);
            }

            Rows.Clear(target, (_tokens - _range.End) * _channels);
        }
    }
}
