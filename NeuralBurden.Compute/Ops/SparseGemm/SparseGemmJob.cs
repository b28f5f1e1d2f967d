using System.Runtime.Intrinsics.X86;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>
/// All outputs of one tile of tokens. The tile is turned to [input][token], summed entry by entry to
/// [output][token], and turned back a few tokens at a time, on their way through the epilogue.
/// </summary>
internal readonly unsafe struct SparseGemmJob(
    in SparseGemmArguments args, SparseOperand w, float* scratch, long scratchPerWorker) : ISimdJob
{
    private readonly int _m = args.M;
    private readonly SparseOperand _w = w;
    private readonly float* _x = F(args.X), _c = F(args.Y);
    private readonly EpilogueKind _kind = args.Epilogue.Kind;
    private readonly float* _bias = F(args.Epilogue.Bias), _auxiliary = F(args.Epilogue.Auxiliary);
    private readonly float* _scratch = scratch;
    private readonly long _scratchPerWorker = scratchPerWorker;

    public static long ScratchFloats(in SparseOperand w, int tokens) =>
        ((long)tokens * (w.Chunks.Inputs + 1 + w.PaddedOutputs)) + ((long)TokenTile.Group * w.PaddedOutputs);

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = part * TokenTile.Tokens(32 * S.Count), tokens = Math.Min(TokenTile.Tokens(32 * S.Count), _m - first);
        int size = TokenTile.Size<S, V>(tokens);
        int inputs = _w.Chunks.Inputs, n = _w.Outputs;
        float* x = _scratch + (worker * _scratchPerWorker), y = x + ((nint)(inputs + 1) * size);
        TokenTile.Clear<S, V>(x + ((nint)inputs * size), size);
        TokenTile.Turn(_x + ((nint)first * inputs), inputs, tokens, size, inputs, x);

        // As in a dense product: what is added enters with the first block, later blocks add to what is there.
        var output = new SparseEpilogue
        {
            Columns = n,
            Target = (_kind == EpilogueKind.BiasGelu ? _auxiliary : _c) + ((nint)first * n),
            Bias = _bias,
            Add = _kind == EpilogueKind.BiasResidual ? _auxiliary + ((nint)first * n) : null,
            PreActivation = _auxiliary + ((nint)first * n),
            C = _c + ((nint)first * n),
        };
        Finish<S, V>(_w, size, tokens, x, y, _kind, output);
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
            SparseTile.Sum<S, V>(w, bundle, size, x, y, chunk > 0, ahead: chunk == 0 ? ahead : default);
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
