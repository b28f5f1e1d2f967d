using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AssembleTokensCore(
        int b, int p, int c, int extra, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        var job = new AssembleTokensJob
        {
            Patches = p,
            Extra = extra,
            Channels = c,
            Source = F(patches),
            ClassToken = F(classToken),
            Positions = F(positions),
            Tokens = F(tokens),
        };
        Parallel(job, b);
    }

    protected override void AssembleTokensBackwardCore(
        int b, int p, int c, int extra, in Tensor dTokens, in Tensor dPatches, in Tensor dClassToken, in Tensor dPositions)
    {
        var job = new AssembleTokensBackwardJob
        {
            Images = b,
            Patches = p,
            Extra = extra,
            Channels = c,
            DTokens = F(dTokens),
            DPatches = F(dPatches),
            DClassToken = F(dClassToken),
            DPositions = F(dPositions),
        };
        Parallel(job, p + extra);
    }

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
    private struct AssembleTokensBackwardJob : ISimdJob
    {
        public int Images, Patches, Extra, Channels;
        public float* DTokens, DPatches, DClassToken, DPositions;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int tokens = Patches + Extra;
            var position = DPositions + ((long)part * Channels);
            for (int image = 0; image < Images; image++)
            {
                var source = DTokens + ((((long)image * tokens) + part) * Channels);
                Rows.Add<S, V>(position, source, position, Channels);
                if (part >= Extra)
                    Rows.Copy(source, DPatches + ((((long)image * Patches) + part - Extra) * Channels), Channels);
                else if (part == 0 && DClassToken != null)
                    Rows.Add<S, V>(DClassToken, source, DClassToken, Channels);
            }
        }
    }
}
