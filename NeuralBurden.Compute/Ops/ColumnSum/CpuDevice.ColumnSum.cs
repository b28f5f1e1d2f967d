using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ColumnSumCore(int m, int n, in Tensor x, in Tensor y, bool accumulate)
    {
        int rows = TilesPerGroup(m) * TokenTile.Tokens(VectorBits), parts = Math.Max(1, PartsOf(m, rows));
        int lanes = VectorBits / 32;
        long width = (n + 15L) / 16 * 16, stride = width * lanes;
        float* partials = Shared(parts * stride);
        Parallel(new ColumnSumJob { M = m, N = n, Rows = rows, X = F(x), Partials = partials, Width = width }, parts);
        SumPartials(partials, stride, parts, n, F(y), accumulate);
    }

    /// <summary>
    /// The sums of one group of rows, as a token tile adds them up: one sum for each lane of a vector of tokens, then the
    /// upper half of the lanes to the lower, and so on.
    /// </summary>
    private struct ColumnSumJob : ISimdJob
    {
        public int M;
        public int N;
        public int Rows;
        public float* X;

        /// <summary>[part][lane][column]; lane 0 ends as the sum.</summary>
        public float* Partials;
        public long Width;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int first = part * Rows, rows = Math.Min(Rows, M - first);
            float* x = X + ((nint)first * N), sums = Partials + (part * (Width * S.Count));
            new Span<float>(sums, (int)Width * S.Count).Clear();
            for (int i = 0; i < rows; i++) Add<S, V>(x + ((nint)i * N), sums + (i % S.Count * Width), N);
            for (int half = S.Count / 2; half > 0; half /= 2)
            {
                for (int lane = 0; lane < half; lane++) Add<S, V>(sums + ((lane + half) * Width), sums + (lane * Width), N);
            }
        }

        private static void Add<S, V>(float* source, float* target, int count)
            where S : struct, ISimd<V>
            where V : struct
        {
            int j = 0;
            for (; j + S.Count <= count; j += S.Count) S.Store(S.Add(S.Load(target + j), S.Load(source + j)), target + j);
            if (j < count)
            {
                count -= j;
                S.StorePartial(S.Add(S.LoadPartial(target + j, count), S.LoadPartial(source + j, count)), target + j, count);
            }
        }
    }
}
