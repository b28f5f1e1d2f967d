using System.Runtime.CompilerServices;
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
        float* factors = scores + ((nint)_heads.Block * padded);
        float* q = _qkv + _heads.QueryAt(head), output = _output + _heads.OutputAt(head);
        Panels.Pack<S, V>(transposed: true, d, 0, t, q + channels, stride, keys);
        Panels.Pack<S, V>(transposed: false, t, 0, d, q + (2 * channels), stride, values);

        if (more)
        {
            float* next = _qkv + _heads.QueryAt(head + 1);
            _heads.Fetch(next, stride);
            _heads.Fetch(next + channels, stride);
        }

        if (_logSizes != null)
        {
            float* sizes = _logSizes + ((nint)(head / _heads.H) * t);
            for (int j = 0; j < t; j++) bias[j] = sizes[j] * Log2E;
        }

        for (int first = 0; first < t; first += _heads.Block)
        {
            int rows = Math.Min(_heads.Block, t - first);
            Product.Run<S, V>(rows, padded, d, first, q + ((nint)first * stride), stride, 1, keys, scores, padded, null);
            Softmax<S, V>(rows, padded, scores, bias, _heads.Scale * Log2E, factors);
            if (more)
            {
                _heads.Fetch(_qkv + _heads.QueryAt(head + 1) + (2 * channels), stride);
                _heads.Fetch(_output + _heads.OutputAt(head + 1), channels);
            }

            float* target = output + ((nint)first * channels);
            Product.Run<S, V>(rows, d, t, 0, scores, padded, 1, values, target, channels, null);
            ScaleRows<S, V>(rows, d, target, channels, target, channels, factors);
            if (_probabilities == null) continue;
            ScaleRows<S, V>(rows, t, scores, padded, _probabilities + ((((nint)head * t) + first) * t), t, factors);
        }
    }

    /// <summary>
    /// Row by row: scores become 2^(score * scale + bias - maximum), and the factor 1 / their sum; scale and bias carry
    /// the logarithm of e to base 2. A score of -infinity gives exactly 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Softmax<S, V>(int rows, int width, float* scores, float* bias, float scale, float* factors)
        where S : struct, ISimd<V>
        where V : struct
    {
        var by = S.Broadcast(scale);
        for (int i = 0; i < rows; i++, scores += width)
        {
            var largest = S.Broadcast(float.NegativeInfinity);
            for (int j = 0; j < width; j += S.Count)
                largest = S.Max(largest, S.MultiplyAdd(S.Load(scores + j), by, S.Load(bias + j)));
            V maximum = S.Broadcast(S.MaxLane(largest)), sum = S.Zero;
            for (int j = 0; j < width; j += S.Count)
            {
                var x = S.Subtract(S.MultiplyAdd(S.Load(scores + j), by, S.Load(bias + j)), maximum);
                var e = VectorMath.Exp2<S, V>(x);
                sum = S.Add(sum, e);
                S.Store(e, scores + j);
            }

            factors[i] = 1 / S.Sum(sum);
        }
    }

    /// <summary>Row i of the target is row i of the source times factor i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ScaleRows<S, V>(
        int rows, int count, float* source, nint sourceRow, float* target, nint targetRow, float* factors)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = count - (count % S.Count), rest = count - full;
        for (int i = 0; i < rows; i++, source += sourceRow, target += targetRow)
        {
            var by = S.Broadcast(factors[i]);
            for (int j = 0; j < full; j += S.Count) S.Store(S.Multiply(S.Load(source + j), by), target + j);
            if (rest > 0) S.StorePartial(S.Multiply(S.LoadPartial(source + full, rest), by), target + full, rest);
        }
    }
}
