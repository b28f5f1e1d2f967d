using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>Gradients of one head of one image; see <see cref="AttentionJob"/> for the division of the work.</summary>
internal readonly unsafe struct AttentionBackwardJob(
    in AttentionBackwardArguments args, AttentionHeads heads, float* scratch, long scratchPerWorker) : ISimdJob
{
    private readonly AttentionHeads _heads = heads;
    private readonly float* _dOutput = F(args.DOutput), _qkv = F(args.Qkv);
    private readonly float* _probabilities = F(args.Probabilities), _dqkv = F(args.Dqkv), _scratch = scratch;
    private readonly long _scratchPerWorker = scratchPerWorker;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int last = Math.Min(_heads.Count, (part + 1) * _heads.PerPart);
        for (int head = part * _heads.PerPart; head < last; head++) Head<S, V>(head, head + 1 < last, worker);
    }

    private void Head<S, V>(int head, bool more, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int t = _heads.T, d = _heads.D, padded = _heads.TPadded, stride = _heads.TokenStride, channels = _heads.Channels;
        float* valuesT = _scratch + (worker * _scratchPerWorker), keys = valuesT + ((nint)d * padded);
        float* gradients = keys + ((nint)t * _heads.DPadded), queries = gradients + ((nint)_heads.Block * _heads.DPadded);
        float* scores = queries + ((nint)_heads.Block * _heads.DPadded), sums = scores + ((nint)_heads.Block * padded);
        float* q = _qkv + _heads.QueryAt(head), dq = _dqkv + _heads.QueryAt(head), dOut = _dOutput + _heads.OutputAt(head);
        float* dk = dq + channels, dv = dk + channels;
        Panels.Pack<S, V>(transposed: true, d, 0, t, q + (2 * channels), stride, valuesT);
        Panels.Pack<S, V>(transposed: false, t, 0, d, q + channels, stride, keys);
        for (int first = 0; first < t; first += _heads.Block)
        {
            int rows = Math.Min(_heads.Block, t - first);
            float* dOutRows = dOut + ((nint)first * channels), qRows = q + ((nint)first * stride);
            float* p = _probabilities + ((((nint)head * t) + first) * t);
            bool add = first > 0;
            Panels.Pack<S, V>(transposed: false, rows, 0, d, dOutRows, channels, gradients);
            Panels.Pack<S, V>(transposed: false, rows, 0, d, qRows, stride, queries);
            RowPrefetch gradientsAhead = more ? _heads.OutputAhead(_dOutput, head + 1) : default;
            RowPrefetch inputs = more ? _heads.QkvAhead(_qkv, head + 1) : default;
            RowPrefetch outputs = more ? _heads.QkvAhead(_dqkv, head + 1) : default;
            RowPrefetch probabilities = more ? _heads.ProbabilitiesAhead(_probabilities, head + 1) : default;
            Product.Run<S, V>(t, d, rows, 0, p, 1, t, gradients, dv, stride, add ? dv : null, gradientsAhead);
            Product.Run<S, V>(rows, padded, d, first, dOutRows, channels, 1, valuesT, scores, padded, null, inputs);
            AttentionRows.ScoreGradients<S, V>(rows, t, p, scores, padded, _heads.Scale, sums);
            Product.Run<S, V>(
                rows, d, t, 0, scores, padded, 1, keys, dq + ((nint)first * stride), stride, null, outputs);
            Product.Run<S, V>(
                t, d, rows, 0, scores, 1, padded, queries, dk, stride, add ? dk : null, probabilities);
        }
    }
}
