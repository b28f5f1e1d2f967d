using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ColumnSumCore(int m, int n, in Tensor x, in Tensor y, bool accumulate)
    {
        int parts = Math.Max(1, PartsOf(m, ColumnSumJob.Rows));
        long stride = (n + 15L) / 16 * 16;
        float* partials = Shared(parts * stride);
        Parallel(new ColumnSumJob { M = m, N = n, X = F(x), Partials = partials, Stride = stride }, parts);
        SumPartials(partials, stride, parts, n, F(y), accumulate);
    }

    private struct ColumnSumJob : ISimdJob
    {
        public const int Rows = 256;

        public int M;
        public int N;
        public float* X;
        public float* Partials;
        public long Stride;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int first = part * Rows, rows = Math.Min(Rows, M - first), j = 0;
            nint n = N;
            float* x = X + (first * n), sums = Partials + (part * Stride);
            for (; j + (4 * S.Count) <= N; j += 4 * S.Count)
            {
                V s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
                float* column = x + j;
                for (int i = 0; i < rows; i++, column += n)
                {
                    s0 = S.Add(s0, S.Load(column));
                    s1 = S.Add(s1, S.Load(column + S.Count));
                    s2 = S.Add(s2, S.Load(column + (2 * S.Count)));
                    s3 = S.Add(s3, S.Load(column + (3 * S.Count)));
                }

                S.Store(s0, sums + j);
                S.Store(s1, sums + j + S.Count);
                S.Store(s2, sums + j + (2 * S.Count));
                S.Store(s3, sums + j + (3 * S.Count));
            }

            for (; j < N; j += S.Count)
            {
                var sum = S.Zero;
                float* column = x + j;
                for (int i = 0; i < rows; i++, column += n) sum = S.Add(sum, S.LoadPartial(column, N - j));
                S.StorePartial(sum, sums + j, N - j);
            }
        }
    }
}
