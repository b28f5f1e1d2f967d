using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.SparseWeightGradient;

/// <summary>Partial weight gradients at the kept weights, over one group of token tiles.</summary>
internal readonly unsafe struct SampleJob(
    in SparseWeightGradientArguments args,
    in SparseOperand w,
    int tilesPerGroup,
    float* partials,
    long stride,
    float* scratch,
    long scratchPerWorker) : ISimdJob
{
    private readonly int _m = args.M;
    private readonly SparseOperand _w = w;
    private readonly float* _dy = F(args.Dy), _x = F(args.X);
    private readonly int _tilesPerGroup = tilesPerGroup;

    /// <summary>Sums of group g at Partials + g * Stride, in the order of the entries.</summary>
    private readonly float* _partials = partials;
    private readonly long _stride = stride;
    private readonly float* _scratch = scratch;
    private readonly long _scratchPerWorker = scratchPerWorker;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), inputs = _w.Chunks.Inputs, outputs = _w.Outputs;
        int first = part * _tilesPerGroup * size, last = (int)Math.Min(_m, first + ((long)_tilesPerGroup * size));
        float* x = _scratch + (worker * _scratchPerWorker), dy = x + ((nint)(inputs + 1) * size);
        float* sums = _partials + (part * _stride);
        new Span<float>(sums, (int)_stride).Clear();
        TokenTile.Clear<S, V>(x + ((nint)inputs * size), size);
        for (int t = first; t < last; t += size)
        {
            int tokens = Math.Min(size, _m - t);
            TokenTile.Turn(_x + ((nint)t * inputs), inputs, tokens, size, inputs, x);
            TokenTile.Turn(_dy + ((nint)t * outputs), outputs, tokens, size, outputs, dy);
            SparseTile.Sample<S, V>(_w, dy, x, sums);
        }
    }
}
