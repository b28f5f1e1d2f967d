using NeuralBurden.Compute.Ops.MatchByEnergy;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MatchByEnergyCore(in MatchByEnergyArguments args)
    {
        var (b, t, d) = args.Extents;
        int first = args.Protected;
        long scratch = ((long)(t - first) * (d + t - first + 2)) + 16;
        Parallel(new MatchByEnergyJob(args, first, t - first, Shared(scratch * _pool.Workers), scratch), b);
    }

    /// <summary>
    /// A part is an image. Cosines are products of unit vectors summed in one order, so that equal tokens have equal
    /// cosines and equal energies.
    /// </summary>
    private readonly struct MatchByEnergyJob(
        in MatchByEnergyArguments args, int first, int count, float* scratch, long scratchOfWorker) : ISimdJob
    {
        private readonly int _first = first, _count = count, _d = args.Extents.D, _merges = args.R;
        private readonly float _margin = args.Margin;
        private readonly float* _metric = F(args.Metric), _scratch = scratch;
        private readonly int* _map = I(args.Map);

        /// <summary>Unit vectors, cosines, energies and ranks.</summary>
        private readonly long _scratchOfWorker = scratchOfWorker;

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* unit = _scratch + (worker * _scratchOfWorker), cosine = unit + ((long)_count * _d);
            float* energy = cosine + ((long)_count * _count);
            int* ranked = (int*)(energy + _count), map = _map + ((long)part * (_count + _first));
            if (_merges > 0)
            {
                Normalise(_metric + (((long)part * (_count + _first)) + _first) * _d, unit);
                Cosines<S, V>(unit, cosine);
                Rank(cosine, energy, ranked);
            }

            WriteMap(cosine, ranked, map);
        }

        private void Normalise(float* tokens, float* unit)
        {
            for (int n = 0; n < _count; n++, tokens += _d, unit += _d)
            {
                double squares = 0;
                for (int c = 0; c < _d; c++) squares += (double)tokens[c] * tokens[c];
                double scale = squares == 0 ? 1 : Math.Sqrt(squares);
                for (int c = 0; c < _d; c++) unit[c] = (float)(tokens[c] / scale);
            }
        }

        private void Cosines<S, V>(float* unit, float* cosine)
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int i = 0; i < _count; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    float value = Rows.Dot<S, V>(unit + ((long)i * _d), unit + ((long)j * _d), _d);
                    if (!float.IsFinite(value)) value = -1;
                    cosine[((long)i * _count) + j] = cosine[((long)j * _count) + i] = value;
                }
            }
        }

        private void Rank(float* cosine, float* energy, int* ranked)
        {
            for (int i = 0; i < _count; i++)
            {
                double sum = 0;
                for (int j = 0; j < _count; j++)
                {
                    float x = cosine[((long)i * _count) + j] - _margin;
                    sum += x > 0 ? x : MathF.Exp(x) - 1;
                }

                energy[i] = (float)(sum / _count);
            }

            for (int i = 0; i < _count; i++)
            {
                int rank = 0;
                for (int j = 0; j < _count; j++)
                {
                    if (energy[j] > energy[i] || (energy[j] == energy[i] && j < i)) rank++;
                }

                ranked[rank] = i;
            }
        }

        private void WriteMap(float* cosine, int* ranked, int* map)
        {
            for (int n = 0; n < _count + _first; n++) map[n] = 0;
            for (int k = 0; k < _merges; k++) map[ranked[2 * k] + _first] = -1;
            int position = 0;
            for (int n = 0; n < _count + _first; n++)
            {
                if (map[n] == 0) map[n] = position++;
            }

            for (int k = 0; k < _merges; k++)
            {
                float* row = cosine + ((long)ranked[2 * k] * _count);
                int best = ranked[1];
                for (int m = 1; m < _merges; m++)
                {
                    if (row[ranked[(2 * m) + 1]] > row[best]) best = ranked[(2 * m) + 1];
                }

                map[ranked[2 * k] + _first] = map[best + _first];
            }
        }
    }
}
