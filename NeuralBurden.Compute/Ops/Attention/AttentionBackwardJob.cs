using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>Gradients of one head of one image; see <see cref="AttentionJob"/> for the division of the work.</summary>
internal unsafe struct AttentionBackwardJob : ISimdJob
{
    public AttentionHeads Heads;
    public float* DOutput;
    public float* Qkv;
    public float* Probabilities;
    public float* Dqkv;
    public float* Scratch;
    public long ScratchPerWorker;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int last = Math.Min(Heads.Count, (part + 1) * Heads.PerPart);
        for (int head = part * Heads.PerPart; head < last; head++) Head<S, V>(head, head + 1 < last, worker);
    }

    private readonly void Head<S, V>(int head, bool more, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int t = Heads.T, d = Heads.D, padded = Heads.TPadded, stride = Heads.TokenStride, channels = Heads.Channels;
        float* valuesT = Scratch + (worker * ScratchPerWorker), keys = valuesT + ((nint)d * padded);
        float* gradients = keys + ((nint)t * Heads.DPadded), queries = gradients + ((nint)Heads.Block * Heads.DPadded);
        float* scores = queries + ((nint)Heads.Block * Heads.DPadded);
        float* q = Qkv + Heads.QueryAt(head), dq = Dqkv + Heads.QueryAt(head), dOut = DOutput + Heads.OutputAt(head);
        float* dk = dq + channels, dv = dk + channels;
        Panels.Pack<S, V>(transposed: true, d, 0, t, q + (2 * channels), stride, valuesT);
        Panels.Pack<S, V>(transposed: false, t, 0, d, q + channels, stride, keys);
        for (int first = 0; first < t; first += Heads.Block)
        {
            int rows = Math.Min(Heads.Block, t - first);
            float* dOutRows = dOut + ((nint)first * channels), qRows = q + ((nint)first * stride);
            float* p = Probabilities + ((((nint)head * t) + first) * t);
            bool add = first > 0;
            Panels.Pack<S, V>(transposed: false, rows, 0, d, dOutRows, channels, gradients);
            Panels.Pack<S, V>(transposed: false, rows, 0, d, qRows, stride, queries);
            if (more) FetchInputs(head + 1);
            Product.Run<S, V>(t, d, rows, 0, p, 1, t, gradients, dv, stride, add ? dv : null);
            Product.Run<S, V>(rows, padded, d, first, dOutRows, channels, 1, valuesT, scores, padded, null);
            if (more) FetchOutputs(head + 1);
            for (int i = 0; i < rows; i++)
                ScoreGradients<S, V>(t, p + ((nint)i * t), scores + ((nint)i * padded), Heads.Scale);
            Product.Run<S, V>(rows, d, t, 0, scores, padded, 1, keys, dq + ((nint)first * stride), stride, null);
            Product.Run<S, V>(t, d, rows, 0, scores, 1, padded, queries, dk, stride, add ? dk : null);
        }
    }

    private readonly void FetchInputs(int head)
    {
        float* q = Qkv + Heads.QueryAt(head);
        Heads.Fetch(q, Heads.TokenStride);
        Heads.Fetch(q + Heads.Channels, Heads.TokenStride);
        Heads.Fetch(q + (2 * Heads.Channels), Heads.TokenStride);
        Heads.Fetch(DOutput + Heads.OutputAt(head), Heads.Channels);
    }

    private readonly void FetchOutputs(int head)
    {
        float* dq = Dqkv + Heads.QueryAt(head);
        Heads.Fetch(dq, Heads.TokenStride);
        Heads.Fetch(dq + Heads.Channels, Heads.TokenStride);
        Heads.Fetch(dq + (2 * Heads.Channels), Heads.TokenStride);
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
