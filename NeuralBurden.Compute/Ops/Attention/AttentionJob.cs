using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// One head of one image: scores, softmax and values in one worker's cache. Keys and values are packed once; the
/// queries come in blocks, so that memory is linear in T.
/// </summary>
internal readonly unsafe struct AttentionJob(
    in AttentionArguments args, AttentionHeads heads, float* scratch, long scratchPerWorker) : ISimdJob
{
    private const float Log2E = 1.44269504f;

    private readonly AttentionHeads _heads = heads;
    private readonly float* _qkv = F(args.Qkv), _logSizes = F(args.LogSizes), _output = F(args.Output);
    private readonly float* _probabilities = F(args.Probabilities), _scratch = scratch;
    private readonly long _scratchPerWorker = scratchPerWorker;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int last = Math.Min(_heads.Count, (part + 1) * _heads.PerPart);
        // Lanes past the last key get a bias of -infinity, hence a probability of 0, like padded keys.
        float* bias = Bias(worker);
        for (int j = 0; j < _heads.TPadded; j++) bias[j] = j >= _heads.T ? float.NegativeInfinity : 0;
        for (int head = part * _heads.PerPart; head < last; head++) Head<S, V>(head, head + 1 < last, worker);
    }

    private float* Bias(int worker) =>
        _scratch + (worker * _scratchPerWorker) + ((nint)_heads.D * _heads.TPadded) + ((nint)_heads.T * _heads.DPadded);

    private void Head<S, V>(int head, bool more, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int t = _heads.T, d = _heads.D, padded = _heads.TPadded, stride = _heads.TokenStride, channels = _heads.Channels;
        float* keys = _scratch + (worker * _scratchPerWorker), values = keys + ((nint)d * padded);
        float* bias = Bias(worker), scores = bias + padded;
        float* reduced = scores + ((nint)_heads.Block * padded), factors = reduced + ((nint)_heads.Block * S.Count);
        float* q = _qkv + _heads.QueryAt(head), output = _output + _heads.OutputAt(head);
        Panels.Pack<S, V>(transposed: true, d, 0, t, q + channels, stride, keys);
        Panels.Pack<S, V>(transposed: false, t, 0, d, q + (2 * channels), stride, values);

        if (_logSizes != null)
        {
            float* sizes = _logSizes + ((nint)(head / _heads.H) * t);
            for (int j = 0; j < t; j++) bias[j] = sizes[j] * Log2E;
        }

        for (int first = 0; first < t; first += _heads.Block)
        {
            int rows = Math.Min(_heads.Block, t - first);
            RowPrefetch inputs = more ? _heads.QkvAhead(_qkv, head + 1) : default;
            RowPrefetch outputs = more ? _heads.OutputAhead(_output, head + 1) : default;
            Product.Run<S, V>(
                rows, padded, d, first, q + ((nint)first * stride), stride, 1, keys, scores, padded, null, inputs);
            AttentionRows.Softmax<S, V>(rows, padded, scores, bias, _heads.Scale * Log2E, factors, reduced);
            float* target = output + ((nint)first * channels);
            Product.Run<S, V>(rows, d, t, 0, scores, padded, 1, values, target, channels, null, outputs);
            AttentionRows.Scale<S, V>(rows, d, target, channels, target, channels, factors);
            if (_probabilities == null) continue;
            float* p = _probabilities + ((((nint)head * t) + first) * t);
            AttentionRows.ScaleDensely<S, V>(rows, t, scores, padded, p, factors);
        }
    }
}
