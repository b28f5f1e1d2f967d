using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseWeightGradient;

/// <summary>Partial weight gradients at the kept weights, over one group of token tiles.</summary>
internal unsafe struct SampleJob : ISimdJob
{
    public int M;
    public SparseOperand W;
    public float* Dy;
    public float* X;
    public int TilesPerGroup;

    /// <summary>Sums of group g at Partials + g * Stride, in the order of the entries.</summary>
    public float* Partials;
    public long Stride;
    public float* Scratch;
    public long ScratchPerWorker;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), inputs = W.Chunks.Inputs, outputs = W.Outputs;
        int first = part * TilesPerGroup * size, last = (int)Math.Min(M, first + ((long)TilesPerGroup * size));
        float* x = Scratch + (worker * ScratchPerWorker), dy = x + ((nint)(inputs + 1) * size);
        float* sums = Partials + (part * Stride);
        new Span<float>(sums, (int)Stride).Clear();
        TokenTile.Clear<S, V>(x + ((nint)inputs * size));
        for (int t = first; t < last; t += size)
        {
            int tokens = Math.Min(size, M - t);
            TokenTile.Turn(X + ((nint)t * inputs), inputs, tokens, size, inputs, x);
            TokenTile.Turn(Dy + ((nint)t * outputs), outputs, tokens, size, outputs, dy);
            SparseTile.Sample<S, V>(W.Chunks.Count * W.Bundles, W.Start, W.OutputOf, W.Index, dy, x, sums);
        }
    }
}
