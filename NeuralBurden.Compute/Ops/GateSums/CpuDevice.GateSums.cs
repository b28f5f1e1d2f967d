using NeuralBurden.Compute.Ops.GateSums;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void GateSumsCore(in GateSumsArguments args)
    {
        var (m, g, _) = args.Extents;
        int parts = PartsOf(m, GateSumsJob.Grain);
        long stride = (g + 15L) / 16 * 16;
        float* partials = Shared(parts * stride);
        Parallel(new GateSumsJob(args, partials, stride), parts);
        SumPartials(partials, stride, parts, g, F(args.Y), accumulate: true);
    }

    /// <summary>The sums over <see cref="Grain"/> rows.</summary>
    private readonly struct GateSumsJob(in GateSumsArguments args, float* partials, long stride) : ISimdJob
    {
        public const int Grain = 128;

        private readonly int _m = args.Extents.M, _g = args.Extents.G, _w = args.Extents.W;
        private readonly float* _a = F(args.A), _da = F(args.Da), _partials = partials;
        private readonly long _stride = stride;

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* sums = _partials + (part * _stride);
            new Span<float>(sums, _g).Clear();
            int first = part * Grain, last = Math.Min(_m, first + Grain);
            for (int row = first; row < last; row++)
            {
                nint start = (nint)row * _g * _w;
                if (_w == 1) AddSingles<S, V>(_a + start, _da + start, sums);
                else AddGroups<S, V>(_a + start, _da + start, sums);
            }
        }

        private void AddGroups<S, V>(float* a, float* da, float* sums)
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int group = 0; group < _g; group++, a += _w, da += _w)
            {
                var sum = S.Zero;
                int i = 0;
                for (; i + S.Count <= _w; i += S.Count) sum = S.MultiplyAdd(S.Load(a + i), S.Load(da + i), sum);
                if (i < _w) sum = S.MultiplyAdd(S.LoadPartial(a + i, _w - i), S.LoadPartial(da + i, _w - i), sum);
                sums[group] += Math.Abs(S.Sum(sum));
            }
        }

        /// <summary>Groups of one column: lanes are groups.</summary>
        private void AddSingles<S, V>(float* a, float* da, float* sums)
            where S : struct, ISimd<V>
            where V : struct
        {
            int i = 0;
            for (; i + S.Count <= _g; i += S.Count) Add<S, V, WholeVector<S, V>>(a + i, da + i, sums + i, default);
            if (i < _g) Add<S, V, FirstLanes<S, V>>(a + i, da + i, sums + i, new FirstLanes<S, V>(_g - i));
        }

        private static void Add<S, V, TLanes>(float* a, float* da, float* sums, TLanes lanes)
            where S : struct, ISimd<V>
            where V : struct
            where TLanes : struct, ILanes<V> =>
            lanes.Store(S.Add(lanes.Load(sums), S.Abs(S.Multiply(lanes.Load(a), lanes.Load(da)))), sums);
    }
}
