using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void MatchByEnergyCore(
        int b, int t, int d, in Tensor metric, int r, float margin, bool protectFirst, in Tensor map)
    {
        int first = protectFirst ? 1 : 0;
        var job = new MatchByEnergyJob
        {
            First = first,
            Count = t - first,
            D = d,
            Merges = r,
            Margin = margin,
            Metric = F(metric),
            Map = I(map),
        };
        job.Scratch = Shared(job.ScratchOfWorker * _pool.Workers);
        Parallel(job, b);
    }

    /// <summary>
    /// A part is an image. Cosines are products of unit vectors summed in one order, so that equal tokens have equal
    /// cosines and equal energies.
    /// </summary>
    private struct MatchByEnergyJob : ISimdJob
    {
        public int First, Count, D, Merges;
        public float Margin;
        public float* Metric, Scratch;
        public int* Map;

        /// <summary>Unit vectors, cosines, energies and ranks.</summary>
        public readonly long ScratchOfWorker => ((long)Count * (D + Count + 2)) + 16;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            float* unit = Scratch + (worker * ScratchOfWorker), cosine = unit + ((long)Count * D);
            float* energy = cosine + ((long)Count * Count);
            int* ranked = (int*)(energy + Count), map = Map + ((long)part * (Count + First));
            if (Merges > 0)
            {
                Normalise(Metric + (((long)part * (Count + First)) + First) * D, unit);
                Cosines<S, V>(unit, cosine);
                Rank(cosine, energy, ranked);
            }

            WriteMap(cosine, ranked, map);
        }

        private readonly void Normalise(float* tokens, float* unit)
        {
            for (int n = 0; n < Count; n++, tokens += D, unit += D)
            {
                double squares = 0;
                for (int c = 0; c < D; c++) squares += (double)tokens[c] * tokens[c];
                double scale = squares == 0 ? 1 : Math.Sqrt(squares);
                for (int c = 0; c < D; c++) unit[c] = (float)(tokens[c] / scale);
            }
        }

        private readonly void Cosines<S, V>(float* unit, float* cosine)
            where S : struct, ISimd<V>
            where V : struct
        {
            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    float value = Rows.Dot<S, V>(unit + ((long)i * D), unit + ((long)j * D), D);
                    if (!float.IsFinite(value)) value = -1;
                    cosine[((long)i * Count) + j] = cosine[((long)j * Count) + i] = value;
                }
            }
        }

        private readonly void Rank(float* cosine, float* energy, int* ranked)
        {
            for (int i = 0; i < Count; i++)
            {
                double sum = 0;
                for (int j = 0; j < Count; j++)
                {
                    float x = cosine[((long)i * Count) + j] - Margin;
                    sum += x > 0 ? x : MathF.Exp(x) - 1;
                }

                energy[i] = (float)(sum / Count);
            }

            for (int i = 0; i < Count; i++)
            {
                int rank = 0;
                for (int j = 0; j < Count; j++)
                {
                    if (energy[j] > energy[i] || (energy[j] == energy[i] && j < i)) rank++;
                }

                ranked[rank] = i;
            }
        }

        private readonly void WriteMap(float* cosine, int* ranked, int* map)
        {
            for (int n = 0; n < Count + First; n++) map[n] = 0;
            for (int k = 0; k < Merges; k++) map[ranked[2 * k] + First] = -1;
            int position = 0;
            for (int n = 0; n < Count + First; n++)
            {
                if (map[n] == 0) map[n] = position++;
            }

            for (int k = 0; k < Merges; k++)
            {
                float* row = cosine + ((long)ranked[2 * k] * Count);
                int best = ranked[1];
                for (int m = 1; m < Merges; m++)
                {
                    if (row[ranked[(2 * m) + 1]] > row[best]) best = ranked[(2 * m) + 1];
                }

                map[ranked[2 * k] + First] = map[best + First];
            }
        }
    }
}
