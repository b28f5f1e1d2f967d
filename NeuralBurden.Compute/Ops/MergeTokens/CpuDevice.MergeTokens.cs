using NeuralBurden.Compute.Ops.MergeTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MergeTokensCore(in MergeTokensArguments args) =>
        Parallel(new MergeTokensJob(args), args.Extents.B);

    protected override void MergeTokensBackwardCore(in MergeTokensBackwardArguments args) =>
        Parallel(new MergeTokensBackwardJob(args), args.Extents.B);

    /// <summary>
    /// A part is an image. Rows are weighted by size / total, which is exactly 1 for a token alone in its group: such
    /// tokens pass unchanged, bit by bit.
    /// </summary>
    private readonly struct MergeTokensJob(in MergeTokensArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _left = args.Extents.Left, _channels = args.Extents.C;
        private readonly float* _source = F(args.Tokens), _sizes = F(args.Sizes), _merged = F(args.Merged);
        private readonly float* _mergedSizes = F(args.MergedSizes), _logSizes = F(args.LogSizes);
        private readonly int* _map = I(args.Map);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long firstToken = (long)part * _tokens, firstGroup = (long)part * _left;
            int* map = _map + firstToken;
            float* sizes = _sizes == null ? null : _sizes + firstToken, totals = _mergedSizes + firstGroup;
            float* source = _source + (firstToken * _channels), target = _merged + (firstGroup * _channels);
            Rows.Clear(totals, _left);
            for (int n = 0; n < _tokens; n++)
            {
                if (map[n] >= 0) totals[map[n]] += sizes == null ? 1 : sizes[n];
            }

            for (int m = 0; m < _left; m++) _logSizes[firstGroup + m] = MathF.Log(totals[m]);
            Rows.Clear(target, _left * _channels);
            for (int n = 0; n < _tokens; n++, source += _channels)
            {
                if (map[n] < 0 || totals[map[n]] == 0) continue;
                float weight = (sizes == null ? 1 : sizes[n]) / totals[map[n]];
                Rows.AddScaled<S, V>(weight, source, target + ((long)map[n] * _channels), _channels);
            }
        }
    }

    /// <summary>A part is an image.</summary>
    private readonly struct MergeTokensBackwardJob(in MergeTokensBackwardArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _left = args.Extents.Left, _channels = args.Extents.C;
        private readonly float* _dMerged = F(args.DMerged), _sizes = F(args.Sizes);
        private readonly float* _mergedSizes = F(args.MergedSizes), _dTokens = F(args.DTokens);
        private readonly int* _map = I(args.Map);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long firstToken = (long)part * _tokens, firstGroup = (long)part * _left;
            float* source = _dMerged + (firstGroup * _channels), target = _dTokens + (firstToken * _channels);
            for (int n = 0; n < _tokens; n++, target += _channels)
            {
                int group = _map[firstToken + n];
                float total = group < 0 ? 0 : _mergedSizes[firstGroup + group];
                float weight = total == 0 ? 0 : (_sizes == null ? 1 : _sizes[firstToken + n]) / total;
                if (weight == 0) Rows.Clear(target, _channels);
                else Rows.Scale<S, V>(weight, source + ((long)group * _channels), target, _channels);
            }
        }
    }
}
