using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PoolTokensCore(in PoolTokensArguments args) =>
        Parallel(new PoolTokensJob(args), args.Extents.B);

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
    private readonly struct PoolTokensJob(in PoolTokensArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _channels = args.Extents.C;
        private readonly TokenRange _range = args.Range;
        private readonly float* _source = F(args.Tokens), _sizes = F(args.Sizes), _pooled = F(args.Pooled);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* source = _source + ((long)part * _tokens * _channels), target = _pooled + ((long)part * _channels);
            source += (long)_range.First * _channels;
            if (_range.Count == 1)
            {
                Rows.Copy(source, target, _channels);
                return;
            }

            float* sizes = _sizes == null ? null : _sizes + ((long)part * _tokens) + _range.First;
            Rows.Clear(target, _channels);
            for (int token = 0; token < _range.Count; token++, source += _channels)
                Rows.AddScaled<S, V>(sizes == null ? 1 : sizes[token], source, target, _channels);
            Rows.Scale<S, V>((float)(1 / TotalSize(sizes, _range.Count)), target, target, _channels);
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
