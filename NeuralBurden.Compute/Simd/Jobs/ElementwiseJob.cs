
namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>The loop, the remainder and the partition of every elementwise op.</summary>
internal struct ElementwiseJob<TOperator>(TOperator @operator, long count) : ISimdJob
    where TOperator : unmanaged, IElementwise
{
    /// <summary>Elements of a part: 64 KiB of each array, and a multiple of 32, so that mask words are not shared.</summary>
    public const int Grain = 16_384;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        long i = (long)part * Grain, end = Math.Min(count, i + Grain);
        var body = @operator;
        for (; i + S.Count <= end; i += S.Count) body.Invoke<S, V, WholeVector<S, V>>(i, default);
        if (i < end) body.Invoke<S, V, FirstLanes<S, V>>(i, new FirstLanes<S, V>((int)(end - i)));
    }
}
