using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MatchTokensCore(in MatchTokensArguments args)
    {
        var (b, t, d) = args.Extents;
        long scratch = MatchTokensJob.ScratchFloats(t, d);
        Parallel(new MatchTokensJob(args, Shared(scratch * _pool.Workers), scratch), b);
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
    private readonly struct MatchTokensJob(in MatchTokensArguments args, float* scratch, long scratchOfWorker) : ISimdJob
    {
        // Tokens of A whose scores are computed together: independent sums hide the latency of the multiply-add.
        private const int RowsAtOnce = 4;

        // Sums of squares below this, or above its inverse, are taken in double precision.
        private const float SafeSquares = 1e-20f;

        // The widest vector: rows of B and of scores are padded to it for every width.
        private const int Lanes = 16;

        private readonly int _tokens = args.Extents.T, _d = args.Extents.D;
        private readonly MatchRule _rule = args.Rule;
        private readonly float* _metric = F(args.Metric), _sizes = F(args.Sizes), _scratch = scratch;
        private readonly int* _map = I(args.Map);
        private readonly long _scratchOfWorker = scratchOfWorker;

        /// <summary>Unit vectors of A and B, similarities of a few rows, and scores, partners and ranks of A.</summary>
        public static long ScratchFloats(int tokens, int d)
        {
            long a = Padded((tokens + 1) / 2), b = Padded(tokens / 2);
            return (a * d) + (b * (d + RowsAtOnce)) + (3 * a);
        }

        private int A => (_tokens + 1) / 2;

        private int B => _tokens / 2;

        private int PaddedA => Padded(A);

        private int PaddedB => Padded(B);

        private static int Padded(int tokens) => (tokens + Lanes - 1) / Lanes * Lanes;

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int real = RealTokens(_sizes == null ? null : _sizes + ((long)part * _tokens), _tokens);
            float* even = _scratch + (worker * _scratchOfWorker), odd = even + ((long)PaddedA * _d);
            float* similarity = odd + ((long)PaddedB * _d), score = similarity + (RowsAtOnce * PaddedB);
            int* best = (int*)(score + PaddedA), order = best + PaddedA;
            if (_rule.R > 0)
            {
                Normalise<S, V>(_metric + ((long)part * _tokens * _d), even, odd);
                for (int a = 0; a < A; a += RowsAtOnce)
                {
                    Similarities<S, V>(even + ((long)a * _d), odd, similarity);
                    for (int k = 0; k < Math.Min(RowsAtOnce, A - a); k++)
                        (score[a + k], best[a + k]) = Highest(similarity + (k * PaddedB), _rule.FirstOdd, real / 2);
                }
            }

            var map = new Span<int>(_map + ((long)part * _tokens), _tokens);
            BipartiteMap.Write(new(score, A), new(best, A), real, _rule, new(order, A), map);
        }

        // A zero token stays zero, and so has similarity 0 to all; one that is not finite becomes NaN where it matters.
        private void Normalise<S, V>(float* tokens, float* even, float* odd)
            where S : struct, ISimd<V>
            where V : struct
        {
            // Odd tokens pass through the room of even ones, which come after them.
            for (int n = 1; n < _tokens; n += 2) Unit<S, V>(_d, tokens + ((nint)n * _d), even + (n / 2 * (nint)_d));
            TokenTile.Turn(even, _d, B, PaddedB, _d, odd);
            for (int n = 0; n < _tokens; n += 2) Unit<S, V>(_d, tokens + ((nint)n * _d), even + (n / 2 * (nint)_d));
            Rows.Clear(even + ((nint)A * _d), (PaddedA - A) * _d);
        }

        /// <summary>unit = token / |token|, or 0 for a zero token.</summary>
        private static void Unit<S, V>(int d, float* token, float* unit)
            where S : struct, ISimd<V>
            where V : struct
        {
            var squares = S.Zero;
            int whole = d - (d % S.Count), rest = d - whole, c = 0;
            for (; c < whole; c += S.Count) squares = S.MultiplyAdd(S.Load(token + c), S.Load(token + c), squares);
            if (rest > 0)
            {
                var last = S.LoadPartial(token + c, rest);
                squares = S.MultiplyAdd(last, last, squares);
            }

            float sum = S.Sum(squares);
            if (sum is < SafeSquares or > 1 / SafeSquares || !float.IsFinite(sum))
            {
                UnitOfExtreme(d, token, unit);
                return;
            }

            var scale = S.Broadcast(1 / MathF.Sqrt(sum));
            for (c = 0; c < whole; c += S.Count) S.Store(S.Multiply(S.Load(token + c), scale), unit + c);
            if (rest > 0) S.StorePartial(S.Multiply(S.LoadPartial(token + c, rest), scale), unit + c, rest);
        }

        // Squares of very small or large elements leave the range of float32.
        private static void UnitOfExtreme(int d, float* token, float* unit)
        {
            double squares = 0;
            for (int c = 0; c < d; c++) squares += (double)token[c] * token[c];
            double length = Math.Sqrt(squares);
            for (int c = 0; c < d; c++) unit[c] = squares == 0 ? 0 : (float)(token[c] / length);
        }

        private void Similarities<S, V>(float* even, float* odd, float* similarity)
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int j = 0; j < PaddedB; j += S.Count)
            {
                V s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
                float* column = odd + j, a = even;
                for (int c = 0; c < _d; c++, column += PaddedB, a++)
                {
                    var b = S.Load(column);
                    s0 = S.MultiplyAdd(S.Broadcast(a[0]), b, s0);
                    s1 = S.MultiplyAdd(S.Broadcast(a[_d]), b, s1);
                    s2 = S.MultiplyAdd(S.Broadcast(a[2 * _d]), b, s2);
                    s3 = S.MultiplyAdd(S.Broadcast(a[3 * _d]), b, s3);
                }

                S.Store(s0, similarity + j);
                S.Store(s1, similarity + PaddedB + j);
                S.Store(s2, similarity + (2 * PaddedB) + j);
                S.Store(s3, similarity + (3 * PaddedB) + j);
            }
        }

        // The first of the highest finite similarities.
        private static (float Score, int Index) Highest(float* similarity, int first, int end)
        {
            float score = float.NegativeInfinity;
            int index = first;
            for (int j = first; j < end; j++)
            {
                if (similarity[j] > score && float.IsFinite(similarity[j])) (score, index) = (similarity[j], j);
            }

            return (score, index);
        }
    }
}
