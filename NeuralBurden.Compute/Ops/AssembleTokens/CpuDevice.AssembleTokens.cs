using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AssembleTokensCore(
        int b, int p, int c, in Tensor patches, in Tensor classToken, in Tensor positions, in Tensor tokens)
    {
        var job = new AssembleTokensJob
        {
            Patches = p,
            Channels = c,
            Source = F(patches),
            ClassToken = F(classToken),
            Positions = F(positions),
            Tokens = F(tokens),
        };
        Parallel(job, b);
    }

    protected override void AssembleTokensBackwardCore(
        int b, int p, int c, in Tensor dTokens, in Tensor dPatches, in Tensor dClassToken, in Tensor dPositions)
    {
        var job = new AssembleTokensBackwardJob
        {
            Images = b,
            Patches = p,
            Channels = c,
            DTokens = F(dTokens),
            DPatches = F(dPatches),
            DClassToken = F(dClassToken),
            DPositions = F(dPositions),
        };
        Parallel(job, p + (dClassToken.IsNone ? 0 : 1));
    }

    /// <summary>A part is an image.</summary>
    private struct AssembleTokensJob : ISimdJob
    {
        public int Patches, Channels;
        public float* Source, ClassToken, Positions, Tokens;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int skip = ClassToken == null ? 0 : 1, body = Patches * Channels;
            float* target = Tokens + ((long)part * (Patches + skip) * Channels), positions = Positions;
            if (skip == 1)
            {
                Rows.Add<S, V>(ClassToken, positions, target, Channels);
                target += Channels;
                positions += Channels;
            }

            Rows.Add<S, V>(Source + ((long)part * body), positions, target, body);
        }
    }

    /// <summary>A part is a position: its sums over the batch run in the order of the images.</summary>
    private struct AssembleTokensBackwardJob : ISimdJob
    {
        public int Images, Patches, Channels;
        public float* DTokens, DPatches, DClassToken, DPositions;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int skip = DClassToken == null ? 0 : 1, tokens = Patches + skip;
            var position = DPositions + ((long)part * Channels);
            for (int image = 0; image < Images; image++)
            {
                var source = DTokens + ((((long)image * tokens) + part) * Channels);
                Rows.Add<S, V>(position, source, position, Channels);
                if (part < skip) Rows.Add<S, V>(DClassToken, source, DClassToken, Channels);
                else Rows.Copy(source, DPatches + ((((long)image * Patches) + part - skip) * Channels), Channels);
            }
        }
    }
}
