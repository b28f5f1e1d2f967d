using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SelectTokensCore(
        int b, int t, in Tensor scores, int keep, bool protectFirst, in Tensor map, in Tensor weights)
    {
        var job = new SelectTokensJob
        {
            Tokens = t,
            Keep = keep,
            First = protectFirst ? 1 : 0,
            Scores = F(scores),
            Weights = F(weights),
            Map = I(map),
        };
        Parallel(job, b);
    }

    /// <summary>A part is an image.</summary>
    private struct SelectTokensJob : ISimdJob
    {
        public int Tokens, Keep, First;
        public float* Scores, Weights;
        public int* Map;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* scores = Scores + ((long)part * Tokens), weights = Weights + ((long)part * Tokens);
            int* map = Map + ((long)part * Tokens);
            int position = 0;
            for (int n = 0; n < Tokens; n++)
            {
                bool stays = n < First || Rank(scores, n) < Keep;
                map[n] = stays ? position++ : First + Keep;
                weights[n] = stays ? 1 : scores[n];
            }
        }

        // Tokens that come before n: a higher score, or the same at a lower index. Tens of tokens: no sort pays.
        private readonly int Rank(float* scores, int n)
        {
            int rank = 0;
            for (int other = First; other < Tokens; other++)
            {
                int order = scores[other].CompareTo(scores[n]);
                if (order > 0 || (order == 0 && other < n)) rank++;
            }

            return rank;
        }
    }
}
