using NeuralBurden.Compute.Ops.ColumnSum;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void ColumnSumCore(in ColumnSumArguments args)
    {
        var (m, n) = args.Extents;
        int rows = TilesPerGroup(m) * TokenTile.Tokens(VectorBits), parts = Math.Max(1, PartsOf(m, rows));
        int lanes = VectorBits / 32;
        long width = (n + 15L) / 16 * 16, stride = width * lanes;
        float* partials = Shared(parts * stride);
        Parallel(new ColumnSumJob(args, rows, partials, width), parts);
        SumPartials(partials, stride, parts, n, F(args.Y), args.Accumulate);
    }

    /// <summary>
    /// The sums of one group of rows, as a token tile adds them up: one sum for each lane of a vector of tokens, then the
    /// upper half of the lanes to the lower, and so on.
    /// </summary>
    private readonly struct ColumnSumJob(in ColumnSumArguments args, int rows, float* partials, long width) : ISimdJob
    {
        private readonly int _m = args.Extents.M, _n = args.Extents.N, _rows = rows;
        private readonly float* _x = F(args.X);

        /// <summary>[part][lane][column]; lane 0 ends as the sum.</summary>
        private readonly float* _partials = partials;
        private readonly long _width = width;

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int first = part * _rows, rows = Math.Min(_rows, _m - first);
            float* x = _x + ((nint)first * _n), sums = _partials + (part * (_width * S.Count));
            new Span<float>(sums, (int)_width * S.Count).Clear();
            for (int i = 0; i < rows; i++) Add<S, V>(x + ((nint)i * _n), sums + (i % S.Count * _width), _n);
            for (int half = S.Count / 2; half > 0; half /= 2)
            {
                for (int lane = 0; lane < half; lane++) Add<S, V>(sums + ((lane + half) * _width), sums + (lane * _width), _n);
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
