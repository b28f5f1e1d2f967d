using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void CrossEntropyCore(
        int b,
        int k,
        in Tensor logits,
        in Tensor labels,
        in Tensor others,
        in Tensor shares,
        float smoothing,
        in Tensor losses,
        in Tensor correct,
        in Tensor dLogits)
    {
        var job = new CrossEntropyJob
        {
            Batch = b,
            Classes = k,
            Grain = Math.Max(1, 4096 / k),
            Smoothing = smoothing,
            Logits = F(logits),
            Labels = I(labels),
            Others = I(others),
            Shares = F(shares),
            Losses = F(losses),
            Correct = F(correct),
            DLogits = F(dLogits),
        };
        Parallel(job, PartsOf(b, job.Grain));
    }

    private readonly record struct Target(int Label, int Other, double Share);

    /// <summary>A part is a few rows. Remainders of a row are scalar: rows are as short as 10 classes.</summary>
    private struct CrossEntropyJob : ISimdJob
    {
        public int Batch, Classes, Grain;
        public float Smoothing;
        public float* Logits, Shares, Losses, Correct, DLogits;
        public int* Labels, Others;

        public readonly void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int last = (int)Math.Min(Batch, ((long)part + 1) * Grain);
            for (int i = part * Grain; i < last; i++)
            {
                var row = Logits + ((long)i * Classes);
                var target = Shares == null ? new Target(Labels[i], Labels[i], 1) : new Target(Labels[i], Others[i], Shares[i]);
                Row<S, V>(i, row, target, DLogits == null ? null : DLogits + ((long)i * Classes));
            }
        }

        // gradient may be row: what is still needed of the row is read before the first store.
        private readonly void Row<S, V>(int i, float* row, Target target, float* gradient)
            where S : struct, ISimd<V>
            where V : struct
        {
            float max = Max<S, V>(row);
            double below = (double)max - row[target.Label];
            if (target.Share < 1) below = (target.Share * below) + ((1 - target.Share) * ((double)max - row[target.Other]));
            Correct[i] = IsFirstLargest(row, target.Share >= 0.5 ? target.Label : target.Other) ? 1 : 0;

            // sum of e^(x - max), and gap = sum of max - x
            V m = S.Broadcast(max), sums = S.Zero, gaps = S.Zero;
            int j = 0;
            for (; j + S.Count <= Classes; j += S.Count)
            {
                var x = S.Subtract(S.Load(row + j), m);
                var e = VectorMath.Exp<S, V>(x);
                sums = S.Add(sums, e);
                gaps = S.Subtract(gaps, x);
                if (gradient != null) S.Store(e, gradient + j);
            }

            double sum = S.Sum(sums), gap = S.Sum(gaps);
            for (; j < Classes; j++)
            {
                float x = row[j] - max, e = MathF.Exp(x);
                sum += e;
                gap -= x;
                if (gradient != null) gradient[j] = e;
            }

            double logSum = Math.Log(sum);
            double all = gap + (Classes * logSum);
            Losses[i] = (float)(((1.0 - Smoothing) * (logSum + below)) + (Smoothing / (double)Classes * all));
            if (gradient != null) Gradient<S, V>(sum, target, gradient);
        }

        // From e^(x - max) to (softmax - target) / B.
        private readonly void Gradient<S, V>(double sum, Target target, float* gradient)
            where S : struct, ISimd<V>
            where V : struct
        {
            float scale = (float)(1 / (sum * Batch)), floor = (float)(-Smoothing / ((double)Classes * Batch));
            V scales = S.Broadcast(scale), floors = S.Broadcast(floor);
            int j = 0;
            for (; j + S.Count <= Classes; j += S.Count)
                S.Store(S.MultiplyAdd(S.Load(gradient + j), scales, floors), gradient + j);
            for (; j < Classes; j++) gradient[j] = (gradient[j] * scale) + floor;
            double hot = (1.0 - Smoothing) / Batch;
            gradient[target.Label] -= (float)(target.Share * hot);
            if (target.Share < 1) gradient[target.Other] -= (float)((1 - target.Share) * hot);
        }

        // The largest logit; with a NaN in the row, any of them or NaN: its loss is NaN whatever is subtracted.
        private readonly float Max<S, V>(float* row)
            where S : struct, ISimd<V>
            where V : struct
        {
            float max = row[0];
            int j = 0;
            if (Classes >= S.Count)
            {
                var lanes = S.Load(row);
                for (j = S.Count; j + S.Count <= Classes; j += S.Count) lanes = S.Max(lanes, S.Load(row + j));
                max = S.MaxLane(lanes);
            }

            for (; j < Classes; j++) max = Math.Max(max, row[j]);
            return max;
        }

        // Not from Max, whose NaN is undefined: both comparisons fail for a NaN anywhere in the row.
        private readonly bool IsFirstLargest(float* row, int label)
        {
            float x = row[label];
            for (int j = 0; j < label; j++)
            {
                if (!(row[j] < x)) return false;
            }

            for (int j = label; j < Classes; j++)
            {
                if (!(row[j] <= x)) return false;
            }

            return true;
        }
    }
}
