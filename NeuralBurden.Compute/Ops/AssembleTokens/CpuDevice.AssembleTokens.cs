using NeuralBurden.Compute.Ops.AssembleTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AssembleTokensCore(in AssembleTokensArguments args) =>
        Parallel(new AssembleTokensJob(args), args.Extents.B);

    protected override void AssembleTokensBackwardCore(in AssembleTokensBackwardArguments args) =>
        Parallel(new AssembleTokensBackwardJob(args), args.Extents.P + args.Extra);

    /// <summary>A part is an image.</summary>
    private readonly struct AssembleTokensJob(in AssembleTokensArguments args) : ISimdJob
    {
        private readonly int _patches = args.Extents.P, _extra = args.Extra, _channels = args.Extents.C;
        private readonly float* _source = F(args.Patches), _classToken = F(args.ClassToken);
        private readonly float* _positions = F(args.Positions), _tokens = F(args.Tokens);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int first = _classToken == null ? 0 : 1, head = _extra * _channels, body = _patches * _channels;
            float* target = _tokens + ((long)part * (head + body));
            if (first == 1) Rows.Add<S, V>(_classToken, _positions, target, _channels);
            Rows.Copy(_positions + (first * _channels), target + (first * _channels), head - (first * _channels));
            Rows.Add<S, V>(_source + ((long)part * body), _positions + head, target + head, body);
        }
    }

    /// <summary>A part is a position: its sums over the batch run in the order of the images.</summary>
    private readonly struct AssembleTokensBackwardJob(in AssembleTokensBackwardArguments args) : ISimdJob
    {
        private readonly int _images = args.Extents.B, _patches = args.Extents.P, _channels = args.Extents.C;
        private readonly int _extra = args.Extra;
        private readonly float* _dTokens = F(args.DTokens), _dPatches = F(args.DPatches);
        private readonly float* _dClassToken = F(args.DClassToken), _dPositions = F(args.DPositions);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int tokens = _patches + _extra;
            float* position = _dPositions + ((long)part * _channels);
            for (int image = 0; image < _images; image++)
            {
                float* source = _dTokens + ((((long)image * tokens) + part) * _channels);
                Rows.Add<S, V>(position, source, position, _channels);
                if (part >= _extra)
                    Rows.Copy(source, _dPatches + ((((long)image * _patches) + part - _extra) * _channels), _channels);
                else if (part == 0 && _dClassToken != null)
                    Rows.Add<S, V>(_dClassToken, source, _dClassToken, _channels);
            }
        }
    }
}
