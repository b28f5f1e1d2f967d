using System.Runtime.Intrinsics.X86;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>
/// All outputs of one tile of tokens. The tile is turned to [input][token], summed entry by entry to
/// [output][token], and turned back a few tokens at a time, on their way through the epilogue.
/// </summary>
internal unsafe struct SparseGemmJob : ISimdJob
{
    public int M;
    public SparseOperand W;
    public float* X;
    public float* C;
    public EpilogueKind Kind;
    public float* Bias;
    public float* Auxiliary;
    public float* Scratch;
    public long ScratchPerWorker;

    public static long ScratchFloats(in SparseOperand w, int tokens) =>
        ((long)tokens * (w.Chunks.Inputs + 1 + w.PaddedOutputs)) + ((long)TokenTile.Group * w.PaddedOutputs);

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), first = part * size, tokens = Math.Min(size, M - first);
        int inputs = W.Chunks.Inputs, n = W.Outputs;
        float* x = Scratch + (worker * ScratchPerWorker), y = x + ((nint)(inputs + 1) * size);
        TokenTile.Clear<S, V>(x + ((nint)inputs * size));
        TokenTile.Turn(X + ((nint)first * inputs), inputs, tokens, size, inputs, x);

        // As in a dense product: what is added enters with the first block, later blocks add to what is there.
        var output = new SparseEpilogue
        {
            Columns = n,
            Target = (Kind == EpilogueKind.BiasGelu ? Auxiliary : C) + ((nint)first * n),
            Bias = Bias,
            Add = Kind == EpilogueKind.BiasResidual ? Auxiliary + ((nint)first * n) : null,
            PreActivation = Auxiliary + ((nint)first * n),
            C = C + ((nint)first * n),
        };
        Finish<S, V>(W, size, tokens, x, y, Kind, output);
    }

    /// <summary>The sums of a tile [input][token], turned to rows on their way through the epilogue.</summary>
    /// <param name="y">Room for <see cref="SparseOperand.PaddedOutputs"/> rows of the tile and of a group of tokens.</param>
    /// <param name="kind">What follows the last block's sums.</param>
    public static void Finish<S, V>(
        in SparseOperand w, int size, int tokens, float* x, float* y, EpilogueKind kind, SparseEpilogue output)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int block = 0; block < w.Chunks.Blocks; block++)
        {
            output.Finish = block == w.Chunks.Blocks - 1 ? kind : EpilogueKind.None;
            Block<S, V>(w, block, size, tokens, x, y, output);
            output.Bias = null;
            output.Add = output.Target;
        }
    }

    private static void Block<S, V>(
        in SparseOperand w, int block, int size, int tokens, float* x, float* y, in SparseEpilogue output)
        where S : struct, ISimd<V>
        where V : struct
    {
        int perBlock = w.Chunks.PerBlock, padded = w.PaddedOutputs;
        // Where the sums will go: lines that are at hand take stores at once.
        var ahead = new LinePrefetch(output.Target, output.Target + ((nint)tokens * w.Outputs));
        for (int chunk = 0; chunk < perBlock; chunk++)
        {
            int bundle = ((block * perBlock) + chunk) * w.Bundles;
            SparseTile.Sum<S, V>(w, bundle, x, y, chunk > 0, chunk == 0 ? ahead : default);
        }

        float* rows = y + ((nint)padded * size);
        bool straight = Avx.IsSupported && output.Add == null && w.Outputs % 8 == 0
            && output.Finish is EpilogueKind.None or EpilogueKind.Bias;
        for (int t = 0; t < tokens; t += TokenTile.Group)
        {
            if (straight && t + TokenTile.Group <= tokens)
            {
                float* target = output.Target + ((nint)t * w.Outputs);
                TokenTile.TurnBack(y + t, size, w.Outputs, output.Bias, target, w.Outputs);
                continue;
            }

            TokenTile.TurnBack(y + t, size, padded, rows);
            output.Write<S, V>(rows, padded, t, Math.Min(TokenTile.Group, tokens - t));
        }
    }
}
