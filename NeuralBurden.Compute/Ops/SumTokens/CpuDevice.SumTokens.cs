using NeuralBurden.Compute.Ops.SumTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SumTokensCore(in SumTokensArguments args)
    {
        var (b, t, left, c) = args.Extents;
        var job = new SumTokensJob
        {
            Tokens = t,
            Left = left,
            Channels = c,
            Source = F(args.Tokens),
            Weights = F(args.Weights),
            Map = I(args.Map),
            Merged = F(args.Merged),
        };
        Parallel(job, b);
    }

    protected override void SumTokensBackwardCore(in SumTokensBackwardArguments args) =>
        Parallel(new SumTokensBackwardJob(args), args.Extents.B);

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
