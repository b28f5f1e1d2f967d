using NeuralBurden.Compute.Ops.CrossEntropy;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void CrossEntropyCore(in CrossEntropyArguments args)
    {
        var job = new CrossEntropyJob(args);
        Parallel(job, PartsOf(args.Extents.B, job.Grain));
    }

    private readonly record struct Target(int Label, int Other, double Share);

    /// <summary>A part is a few rows. Remainders of a row are scalar: rows are as short as 10 classes.</summary>
    private readonly struct CrossEntropyJob(in CrossEntropyArguments args) : ISimdJob
    {
        private readonly int _batch = args.Extents.B, _classes = args.Extents.K;
        public readonly int Grain = Math.Max(1, 4096 / args.Extents.K);
        private readonly float _smoothing = args.Smoothing;
        private readonly float* _logits = F(args.Logits), _shares = F(args.Shares), _losses = F(args.Losses);
        private readonly float* _correct = F(args.Correct), _dLogits = F(args.DLogits);
        private readonly int* _labels = I(args.Labels), _others = I(args.Others);

        public void Run<S, V>(int part, int worker)
            where S : struct, ISimd<V>
            where V : struct
        {
            int last = (int)Math.Min(_batch, ((long)part + 1) * Grain);
            for (int i = part * Grain; i < last; i++)
            {
                float* row = _logits + ((long)i * _classes);
                var target = _shares == null
                    ? new Target(_labels[i], _labels[i], 1)
                    : new Target(_labels[i], _others[i], _shares[i]);
                Row<S, V>(i, row, target, _dLogits == null ? null : _dLogits + ((long)i * _classes));
            }
        }

        // gradient may be row: what is still needed of the row is read before the first store.
        private void Row<S, V>(int i, float* row, Target target, float* gradient)
            where S : struct, ISimd<V>
            where V : struct
        {
            float max = Max<S, V>(row);
            double below = (double)max - row[target.Label];
            if (target.Share < 1) below = (target.Share * below) + ((1 - target.Share) * ((double)max - row[target.Other]));
            _correct[i] = IsFirstLargest(row, target.Share >= 0.5 ? target.Label : target.Other) ? 1 : 0;

            // sum of e^(x - max), and gap = sum of max - x
            V m = S.Broadcast(max), sums = S.Zero, gaps = S.Zero;
            int j = 0;
            for (; j + S.Count <= _classes; j += S.Count)
            {
                var x = S.Subtract(S.Load(row + j), m);
                var e = VectorMath.Exp<S, V>(x);
                sums = S.Add(sums, e);
                gaps = S.Subtract(gaps, x);
                if (gradient != null) S.Store(e, gradient + j);
            }

            double sum = S.Sum(sums), gap = S.Sum(gaps);
            for (; j < _classes; j++)
            {
                float x = row[j] - max, e = MathF.Exp(x);
                sum += e;
                gap -= x;
                if (gradient != null) gradient[j] = e;
            }

            double logSum = Math.Log(sum);
            double all = gap + (_classes * logSum);
            _losses[i] = (float)(((1.0 - _smoothing) * (logSum + below)) + (_smoothing / (double)_classes * all));
            if (gradient != null) Gradient<S, V>(sum, target, gradient);
        }

        // From e^(x - max) to (softmax - target) / B.
        private void Gradient<S, V>(double sum, Target target, float* gradient)
            where S : struct, ISimd<V>
            where V : struct
        {
            float scale = (float)(1 / (sum * _batch)), floor = (float)(-_smoothing / ((double)_classes * _batch));
            V scales = S.Broadcast(scale), floors = S.Broadcast(floor);
            int j = 0;
            for (; j + S.Count <= _classes; j += S.Count)
                S.Store(S.MultiplyAdd(S.Load(gradient + j), scales, floors), gradient + j);
            for (; j < _classes; j++) gradient[j] = (gradient[j] * scale) + floor;
            double hot = (1.0 - _smoothing) / _batch;
            gradient[target.Label] -= (float)(target.Share * hot);
            if (target.Share < 1) gradient[target.Other] -= (float)((1 - target.Share) * hot);
        }

        // The largest logit; with a NaN in the row, any of them or NaN: its loss is NaN whatever is subtracted.
        private float Max<S, V>(float* row)
            where S : struct, ISimd<V>
            where V : struct
        {
            float max = row[0];
            int j = 0;
            if (_classes >= S.Count)
            {
                var lanes = S.Load(row);
                for (j = S.Count; j + S.Count <= _classes; j += S.Count) lanes = S.Max(lanes, S.Load(row + j));
                max = S.MaxLane(lanes);
            }

            for (; j < _classes; j++) max = Math.Max(max, row[j]);
            return max;
        }

        // Not from Max, whose NaN is undefined: both comparisons fail for a NaN anywhere in the row.
        private bool IsFirstLargest(float* row, int label)
        {
            float x = row[label];
            for (int j = 0; j < label; j++)
            {
                if (!(row[j] < x)) return false;
            }

            for (int j = label; j < _classes; j++)
            {
                if (!(row[j] <= x)) return false;
            }

            return true;
        }
    }
}
