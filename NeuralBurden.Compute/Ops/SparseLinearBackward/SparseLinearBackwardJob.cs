using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseLinearBackward;

/// <summary>
/// One group of token tiles: each tile of dY is turned to [channel][token] once, for dX, the bias's gradient and the
/// sampled gradients.
/// </summary>
internal unsafe struct SparseLinearBackwardJob : ISimdJob
{
    public int M;
    public int TilesPerGroup;
    public SparseOperand Rows;
    public SparseOperand Columns;
    public bool Sampled;
    public float* Dy;
    public float* X;
    public float* Dx;

    /// <summary>Of group g at g * Stride: sums of kept weights, then of the bias.</summary>
    public float* Partials;
    public long Stride;
    public float* Scratch;
    public long ScratchPerWorker;

    public readonly long PartialBias => Padded(Rows.Slots);

    public readonly long PartialFloats => PartialBias + Padded(Rows.Outputs);

    public readonly long ScratchFloats(int tokens) =>
        ((long)tokens * (Rows.Outputs + 1 + Columns.Outputs + 1 + Columns.PaddedOutputs))
        + ((long)TokenTile.Group * Columns.PaddedOutputs) + (16L * Rows.Outputs);

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), outputs = Rows.Outputs, inputs = Columns.Outputs;
        int first = part * TilesPerGroup * size, last = (int)Math.Min(M, first + ((long)TilesPerGroup * size));
        float* dy = Scratch + (worker * ScratchPerWorker), x = dy + ((nint)(outputs + 1) * size);
        float* dx = x + ((nint)(inputs + 1) * size), lanes = dx + ((nint)Columns.PaddedOutputs * (size + TokenTile.Group));
        float* sums = Partials + (part * Stride);
        new Span<float>(sums, (int)Stride).Clear();
        new Span<float>(lanes, outputs * S.Count).Clear();
        TokenTile.Clear<S, V>(dy + ((nint)outputs * size), size);
        TokenTile.Clear<S, V>(x + ((nint)inputs * size), size);
        for (int t = first; t < last; t += size)
        {
            int tokens = Math.Min(size, M - t);
            TokenTile.Turn(Dy + ((nint)t * outputs), outputs, tokens, size, outputs, dy);
            TokenTile.AddLanes<S, V>(outputs, dy, lanes);
            if (Sampled)
            {
                TokenTile.Turn(X + ((nint)t * inputs), inputs, tokens, size, inputs, x);
                SparseTile.Sample<S, V>(Rows, dy, x, sums);
            }

            var output = new SparseEpilogue { Columns = inputs, Target = Dx + ((nint)t * inputs) };
            SparseGemmJob.Finish<S, V>(Columns, size, tokens, dy, dx, EpilogueKind.None, output);
        }

        TokenTile.Fold(outputs, S.Count, lanes, sums + PartialBias);
    }

    private static long Padded(long count) => (count + 15) / 16 * 16;
}
