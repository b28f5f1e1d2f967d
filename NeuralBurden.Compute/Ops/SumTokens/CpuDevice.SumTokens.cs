using NeuralBurden.Compute.Ops.SumTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SumTokensCore(in SumTokensArguments args) =>
        Parallel(new SumTokensJob(args), args.Extents.B);

    protected override void SumTokensBackwardCore(in SumTokensBackwardArguments args) =>
        Parallel(new SumTokensBackwardJob(args), args.Extents.B);

    /// <summary>A part is an image.</summary>
    private readonly struct SumTokensJob(in SumTokensArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _left = args.Extents.Left, _channels = args.Extents.C;
        private readonly float* _source = F(args.Tokens), _weights = F(args.Weights), _merged = F(args.Merged);
        private readonly int* _map = I(args.Map);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * _tokens;
            float* source = _source + (first * _channels), target = _merged + ((long)part * _left * _channels);
            Rows.Clear(target, _left * _channels);
            for (int n = 0; n < _tokens; n++, source += _channels)
            {
                int group = _map[first + n];
                if (group >= 0) Rows.AddScaled<S, V>(_weights[first + n], source, target + ((long)group * _channels), _channels);
            }
        }
    }

    /// <summary>A part is an image.</summary>
    private readonly struct SumTokensBackwardJob(in SumTokensBackwardArguments args) : ISimdJob
    {
        private readonly int _tokens = args.Extents.T, _left = args.Extents.Left, _channels = args.Extents.C;
        private readonly float* _dMerged = F(args.DMerged), _weights = F(args.Weights);
        private readonly float* _dTokens = F(args.DTokens);
        private readonly int* _map = I(args.Map);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long first = (long)part * _tokens;
            float* source = _dMerged + ((long)part * _left * _channels), target = _dTokens + (first * _channels);
            for (int n = 0; n < _tokens; n++, target += _channels)
            {
                int group = _map[first + n];
                if (group < 0) Rows.Clear(target, _channels);
                else Rows.Scale<S, V>(_weights[first + n], source + ((long)group * _channels), target, _channels);
            }
        }
    }
}
