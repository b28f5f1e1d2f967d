using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseMlp;

/// <summary>
/// The backward pass of an MLP over one group of token tiles: dX, partial sums of the biases' gradients, and those of the
/// weights' gradients where they are sampled. Where one is not, dz
/// takes the place of gelu'(z).
/// </summary>
internal unsafe struct SparseMlpBackwardJob : ISimdJob
{
    public int M;
    public int TilesPerGroup;

    /// <summary>Fc1 by rows, and by columns for its input gradient.</summary>
    public SparseOperand Fc1;
    public SparseOperand Fc1Columns;
    public SparseOperand Fc2;
    public SparseOperand Fc2Columns;
    public bool Sampled1;
    public bool Sampled2;
    public float* Dy;
    public float* X;
    public float* Saved;
    public float* Dx;

    /// <summary>Of group g at g * Stride: sums for Fc1, for Fc2, for Bias1 and for Bias2.</summary>
    public float* Partials;
    public long Stride;
    public float* Scratch;
    public long ScratchPerWorker;

    public readonly long Partial2 => Padded(Fc1.Slots);

    public readonly long PartialBias1 => Partial2 + Padded(Fc2.Slots);

    public readonly long PartialBias2 => PartialBias1 + Padded(Fc1.Outputs);

    public readonly long PartialFloats => PartialBias2 + Padded(Fc2.Outputs);

    public readonly long ScratchFloats(int tokens)
    {
        long channels = Fc2.Outputs + 1, padded = Fc1Columns.PaddedOutputs, hidden = Fc2Columns.PaddedOutputs + 1;
        return (tokens * ((2 * channels) + padded + (2 * hidden))) + (TokenTile.Group * padded) + (16 * (hidden + channels));
    }

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), channels = Fc2.Outputs, hidden = Fc1.Outputs;
        int first = part * TilesPerGroup * size, last = (int)Math.Min(M, first + ((long)TilesPerGroup * size));
        nint zero = (nint)hidden * size, end = (nint)channels * size;
        float* dy = Scratch + (worker * ScratchPerWorker), x = dy + end + size, dx = x + end + size;
        float* dh = dx + ((nint)Fc1Columns.PaddedOutputs * (size + TokenTile.Group));
        float* more = dh + ((nint)(Fc2Columns.PaddedOutputs + 1) * size);
        float* lanes1 = more + ((nint)(Fc2Columns.PaddedOutputs + 1) * size), lanes2 = lanes1 + (hidden * S.Count);
        float* sums1 = Partials + (part * Stride), sums2 = sums1 + Partial2;
        new Span<float>(sums1, (int)Stride).Clear();
        new Span<float>(lanes1, (hidden + channels) * S.Count).Clear();
        TokenTile.Clear<S, V>(dy + end, size);
        TokenTile.Clear<S, V>(x + end, size);
        for (int t = first; t < last; t += size)
        {
            int tokens = Math.Min(size, M - t);
            nint row = (nint)t * channels;
            float* z = Saved + (t / size * (nint)SparseMlpJob.SavedFloats(hidden, size)), h = z + zero + size;
            TokenTile.Turn(Dy + row, channels, tokens, size, channels, dy);
            TokenTile.AddLanes<S, V>(channels, dy, lanes2);
            if (Sampled2) SparseTile.Sample<S, V>(Fc2, dy, h, sums2, new LinePrefetch(z, z + zero));

            MlpTile.Sum<S, V>(Fc2Columns, size, dy, dh, more, null, t + size < last ? NextHidden(h, zero) : default);
            float* dz = Sampled1 ? dh : z;
            MlpTile.Multiply<S, V>(zero, dh, z, dz);
            TokenTile.Clear<S, V>(dz + zero, size);
            TokenTile.AddLanes<S, V>(hidden, dz, lanes1);
            if (Sampled1)
            {
                TokenTile.Turn(X + row, channels, tokens, size, channels, x);
                SparseTile.Sample<S, V>(Fc1, dz, x, sums1);
            }

            var output = new SparseEpilogue { Columns = channels, Target = Dx + row };
            SparseGemmJob.Finish<S, V>(Fc1Columns, size, tokens, dz, dx, EpilogueKind.None, output);
        }

        TokenTile.Fold(hidden, S.Count, lanes1, sums1 + PartialBias1);
        TokenTile.Fold(channels, S.Count, lanes2, sums1 + PartialBias2);
    }

    /// <summary>gelu(z) of the next tile, which sampling reads in no order.</summary>
    private readonly LinePrefetch NextHidden(float* h, nint count)
    {
        float* next = h + SparseMlpJob.SavedFloats(Fc1.Outputs, (int)(count / Fc1.Outputs));
        return Sampled2 ? new LinePrefetch(next, next + count) : default;
    }

    private static long Padded(long count) => (count + 15) / 16 * 16;
}
