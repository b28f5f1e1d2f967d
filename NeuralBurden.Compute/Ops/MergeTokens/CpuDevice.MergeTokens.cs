using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MergeTokensCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor merged,
        in Tensor mergedSizes,
        in Tensor logSizes)
    {
        var job = new MergeTokensJob
        {
            Tokens = t,
            Left = left,
            Channels = c,
            Source = F(tokens),
            Sizes = F(sizes),
            Map = I(map),
            Merged = F(merged),
            MergedSizes = F(mergedSizes),
            LogSizes = F(logSizes),
        };
        Parallel(job, b);
    }

    protected override void MergeTokensBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dMerged,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor dTokens)
    {
        var job = new MergeTokensBackwardJob
        {
            Tokens = t,
            Left = left,
            Channels = c,
            DMerged = F(dMerged),
            Sizes = F(sizes),
            Map = I(map),
            MergedSizes = F(mergedSizes),
            DTokens = F(dTokens),
        };
        Parallel(job, b);
    }

    /// <summary>
    /// A part is an image. Rows are weighted by size / total, which is exactly 1 for a token alone in its group: such
    /// tokens pass unchanged, bit by bit.
    /// </summary>
    private struct MergeTokensJob : ISimdJob
    {
        public int Tokens, Left, Channels;
        public float* Source, Sizes, Merged, MergedSizes, LogSizes;
        public int* Map;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long firstToken = (long)part * Tokens, firstGroup = (long)part * Left;
            int* map = Map + firstToken;
            float* sizes = Sizes == null ? null : Sizes + firstToken, totals = MergedSizes + firstGroup;
            float* source = Source + (firstToken * Channels), target = Merged + (firstGroup * Channels);
            Rows.Clear(totals, Left);
            for (int n = 0; n < Tokens; n++)
            {
                if (map[n] >= 0) totals[map[n]] += sizes == null ? 1 : sizes[n];
            }

            for (int m = 0; m < Left; m++) LogSizes[firstGroup + m] = MathF.Log(totals[m]);
            Rows.Clear(target, Left * Channels);
            for (int n = 0; n < Tokens; n++, source += Channels)
            {
                if (map[n] < 0 || totals[map[n]] == 0) continue;
                float weight = (sizes == null ? 1 : sizes[n]) / totals[map[n]];
                Rows.AddScaled<S, V>(weight, source, target + ((long)map[n] * Channels), Channels);
            }
        }
    }

    /// <summary>A part is an image.</summary>
    private struct MergeTokensBackwardJob : ISimdJob
    {
        public int Tokens, Left, Channels;
        public float* DMerged, Sizes, MergedSizes, DTokens;
        public int* Map;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            long firstToken = (long)part * Tokens, firstGroup = (long)part * Left;
            float* source = DMerged + (firstGroup * Channels), target = DTokens + (firstToken * Channels);
            for (int n = 0; n < Tokens; n++, target += Channels)
            {
                int group = Map[firstToken + n];
                float total = group < 0 ? 0 : MergedSizes[firstGroup + group];
                float weight = total == 0 ? 0 : (Sizes == null ? 1 : Sizes[firstToken + n]) / total;
                if (weight == 0) Rows.Clear(target, Channels);
                else Rows.Scale<S, V>(weight, source + ((long)group * Channels), target, Channels);
            }
        }
    }
}
