using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MatchTokensCore(
        int b, int t, int d, in Tensor metric, in Tensor sizes, in MatchRule rule, in Tensor map)
    {
        var job = new MatchTokensJob
        {
            Tokens = t,
            D = d,
            Rule = rule,
            Metric = F(metric),
            Sizes = F(sizes),
            Map = I(map),
        };
        job.ScratchOfWorker = job.ScratchLength;
        job.Scratch = Shared(job.ScratchOfWorker * _pool.Workers);
        Parallel(job, b);
    }

    /// <summary>Padding has size 0 and stands at the end.</summary>
    private static int RealTokens(float* sizes, int tokens)
    {
        while (sizes != null && tokens > 0 && sizes[tokens - 1] == 0) tokens--;
        return tokens;
    }

    /// <summary>
    /// A part is an image. Similarities are products of unit vectors. The tokens of B stand transposed, [D, |B|], so
    /// that a lane is a pair: every pair sums its D products in the same order, and equal tokens get equal scores.
    /// </summary>
    private struct MatchTokensJob : ISimdJob
    {
        // Tokens of A whose scores are computed together: independent sums hide the latency of the multiply-add.
        private const int RowsAtOnce = 4;

        // The widest vector: rows of B and of scores are padded to it for every width.
        private const int Lanes = 16;

        public int Tokens, D;
        public MatchRule Rule;
        public float* Metric, Sizes, Scratch;
        public int* Map;
        public long ScratchOfWorker;

        public readonly long ScratchLength => ((long)PaddedA * D) + ((long)PaddedB * (D + RowsAtOnce)) + (3L * PaddedA);

        private readonly int A => (Tokens + 1) / 2;

        private readonly int B => Tokens / 2;

        private readonly int PaddedA => (A + Lanes - 1) / Lanes * Lanes;

        private readonly int PaddedB => (B + Lanes - 1) / Lanes * Lanes;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int real = RealTokens(Sizes == null ? null : Sizes + ((long)part * Tokens), Tokens);
            float* even = Scratch + (worker * ScratchOfWorker), odd = even + ((long)PaddedA * D);
            float* similarity = odd + ((long)PaddedB * D), score = similarity + (RowsAtOnce * PaddedB);
            int* best = (int*)(score + PaddedA), order = best + PaddedA;
            if (Rule.R > 0)
            {
                Normalise(Metric + ((long)part * Tokens * D), even, odd);
                for (int a = 0; a < A; a += RowsAtOnce)
                {
                    Similarities<S, V>(even + ((long)a * D), odd, similarity);
                    for (int k = 0; k < Math.Min(RowsAtOnce, A - a); k++)
                        (score[a + k], best[a + k]) = Highest(similarity + (k * PaddedB), real / 2);
                }
            }

            var map = new Span<int>(Map + ((long)part * Tokens), Tokens);
            BipartiteMap.Write(new(score, A), new(best, A), real, Rule, new(order, A), map);
        }

        // A zero token stays zero, and so has similarity 0 to all; one that is not finite becomes NaN where it matters.
        private readonly void Normalise(float* tokens, float* even, float* odd)
        {
            Rows.Clear(even, PaddedA * D);
            Rows.Clear(odd, PaddedB * D);
            for (int n = 0; n < Tokens; n++, tokens += D)
            {
                double squares = 0;
                for (int c = 0; c < D; c++) squares += (double)tokens[c] * tokens[c];
                if (squares == 0) continue;
                double scale = Math.Sqrt(squares);
                if (n % 2 == 0)
                {
                    for (int c = 0; c < D; c++) even[(n / 2 * D) + c] = (float)(tokens[c] / scale);
                }
                else
                {
                    for (int c = 0; c < D; c++) odd[(c * PaddedB) + (n / 2)] = (float)(tokens[c] / scale);
                }
            }
        }

        private readonly void Similarities<S, V>(float* even, float* odd, float* similarity)
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int j = 0; j < PaddedB; j += S.Count)
            {
                V s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
                float* column = odd + j, a = even;
                for (int c = 0; c < D; c++, column += PaddedB, a++)
                {
                    var b = S.Load(column);
                    s0 = S.MultiplyAdd(S.Broadcast(a[0]), b, s0);
                    s1 = S.MultiplyAdd(S.Broadcast(a[D]), b, s1);
                    s2 = S.MultiplyAdd(S.Broadcast(a[2 * D]), b, s2);
                    s3 = S.MultiplyAdd(S.Broadcast(a[3 * D]), b, s3);
                }

                S.Store(s0, similarity + j);
                S.Store(s1, similarity + PaddedB + j);
                S.Store(s2, similarity + (2 * PaddedB) + j);
                S.Store(s3, similarity + (3 * PaddedB) + j);
            }
        }

        // The first of the highest finite similarities.
        private static (float Score, int Index) Highest(float* similarity, int count)
        {
            float score = float.NegativeInfinity;
            int index = 0;
            for (int j = 0; j < count; j++)
            {
                if (similarity[j] > score && float.IsFinite(similarity[j])) (score, index) = (similarity[j], j);
            }

            return (score, index);
        }
    }
}
