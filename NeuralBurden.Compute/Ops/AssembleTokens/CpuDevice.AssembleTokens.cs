using NeuralBurden.Compute.Ops.AssembleTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AssembleTokensCore(in AssembleTokensArguments args)
    {
        var (b, p, c) = args.Extents;
        var job = new AssembleTokensJob
        {
            Patches = p,
            Extra = args.Extra,
            Channels = c,
            Source = F(args.Patches),
            ClassToken = F(args.ClassToken),
            Positions = F(args.Positions),
            Tokens = F(args.Tokens),
        };
        Parallel(job, b);
    }

    protected override void AssembleTokensBackwardCore(in AssembleTokensBackwardArguments args) =>
        Parallel(new AssembleTokensBackwardJob(args), args.Extents.P + args.Extra);

    /// <summary>A part is an image.</summary>
    private struct AssembleTokensJob : ISimdJob
    {
        public int Patches, Extra, Channels;
        public float* Source, ClassToken, Positions, Tokens;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int first = ClassToken == null ? 0 : 1, head = Extra * Channels, body = Patches * Channels;
            float* target = Tokens + ((long)part * (head + body));
            if (first == 1) Rows.Add<S, V>(ClassToken, Positions, target, Channels);
            Rows.Copy(Positions + (first * Channels), target + (first * Channels), head - (first * Channels));
            Rows.Add<S, V>(Source + ((long)part * body), Positions + head, target + head, body);
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
