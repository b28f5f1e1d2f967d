using System.Runtime.CompilerServices;
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
        float* scores = queries + ((nint)_heads.Block * _heads.DPadded);
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
            if (more) FetchInputs(head + 1);
            Product.Run<S, V>(t, d, rows, 0, p, 1, t, gradients, dv, stride, add ? dv : null);
            Product.Run<S, V>(rows, padded, d, first, dOutRows, channels, 1, valuesT, scores, padded, null);
            if (more) FetchOutputs(head + 1);
            for (int i = 0; i < rows; i++)
                ScoreGradients<S, V>(t, p + ((nint)i * t), scores + ((nint)i * padded), _heads.Scale);
            Product.Run<S, V>(rows, d, t, 0, scores, padded, 1, keys, dq + ((nint)first * stride), stride, null);
            Product.Run<S, V>(t, d, rows, 0, scores, 1, padded, queries, dk, stride, add ? dk : null);
        }
    }

    private void FetchInputs(int head)
    {
        float* q = _qkv + _heads.QueryAt(head);
        _heads.Fetch(q, _heads.TokenStride);
        _heads.Fetch(q + _heads.Channels, _heads.TokenStride);
        _heads.Fetch(q + (2 * _heads.Channels), _heads.TokenStride);
        _heads.Fetch(_dOutput + _heads.OutputAt(head), _heads.Channels);
    }

    private void FetchOutputs(int head)
    {
        float* dq = _dqkv + _heads.QueryAt(head);
        _heads.Fetch(dq, _heads.TokenStride);
        _heads.Fetch(dq + _heads.Channels, _heads.TokenStride);
        _heads.Fetch(dq + (2 * _heads.Channels), _heads.TokenStride);
    }

    /// <summary>Through the softmax, in place: dP becomes scale * P (dP - sum(dP P)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ScoreGradients<S, V>(int count, float* p, float* gradient, float scale)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = count - (count % S.Count), rest = count - full;
        var dot = S.Zero;
        for (int j = 0; j < full; j += S.Count) dot = S.MultiplyAdd(S.Load(p + j), S.Load(gradient + j), dot);
        if (rest > 0) dot = S.MultiplyAdd(S.LoadPartial(p + full, rest), S.Load(gradient + full), dot);
        V mean = S.Broadcast(S.Sum(dot)), by = S.Broadcast(scale);
        for (int j = 0; j < full; j += S.Count)
            S.Store(S.Multiply(S.Multiply(S.Load(p + j), by), S.Subtract(S.Load(gradient + j), mean)), gradient + j);
        if (rest > 0)
        {
            var factor = S.Multiply(S.LoadPartial(p + full, rest), by);
            S.Store(S.Multiply(factor, S.Subtract(S.Load(gradient + full), mean)), gradient + full);
        }
    }
}
