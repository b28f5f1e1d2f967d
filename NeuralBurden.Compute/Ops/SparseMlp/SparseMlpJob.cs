using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.SparseMlp;

/// <summary>
/// An MLP on one tile of tokens. Only the C channels at both ends are turned between [token][channel] and
/// [channel][token]; the hidden units live and are kept as [unit][token]: gelu'(z) in F + 1 rows and then gelu(z) in as
/// many, the last of each being the 0 that filled-up entries read.
/// </summary>
internal readonly unsafe struct SparseMlpJob(
    in SparseMlpArguments args,
    in SparseOperand fc1,
    in SparseOperand fc2,
    bool streams,
    float* scratch,
    long scratchPerWorker) : ISimdJob
{
    private readonly int _m = args.M;
    private readonly SparseOperand _fc1 = fc1, _fc2 = fc2;
    private readonly float* _x = F(args.X), _bias1 = F(args.W.Bias1), _bias2 = F(args.W.Bias2);
    private readonly float* _residual = F(args.Residual), _y = F(args.Y);

    /// <summary>Tile after tile, or null where nothing need be kept.</summary>
    private readonly float* _saved = F(args.Saved);

    /// <summary>Whether what is kept goes past the caches.</summary>
    private readonly bool _streams = streams;
    private readonly float* _scratch = scratch;
    private readonly long _scratchPerWorker = scratchPerWorker;

    /// <summary>Floats of one tile's gelu'(z) and gelu(z).</summary>
    public static long SavedFloats(int hidden, int tokens) => 2L * (hidden + 1) * tokens;

    public static long ScratchFloats(in SparseOperand fc1, in SparseOperand fc2, int tokens) =>
        (((long)fc1.Chunks.Inputs + 1 + fc2.PaddedOutputs + fc1.PaddedOutputs) * tokens)
        + ((long)TokenTile.Group * fc2.PaddedOutputs) + SavedFloats(fc1.Outputs, tokens);

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int most = TokenTile.Tokens(32 * S.Count), first = part * most, tokens = Math.Min(most, _m - first);
        int size = _saved == null ? TokenTile.Size<S, V>(tokens) : most;
        int channels = _fc2.Outputs, hidden = _fc1.Outputs;
        float* x = _scratch + (worker * _scratchPerWorker), y = x + ((nint)(channels + 1) * size);
        float* more = y + ((nint)_fc2.PaddedOutputs * size) + ((nint)TokenTile.Group * _fc2.PaddedOutputs);
        float* z = more + ((nint)_fc1.PaddedOutputs * size);
        nint units = (nint)hidden * size, row = (nint)first * channels;
        float* h = z + units + size;

        TokenTile.Clear<S, V>(x + ((nint)channels * size), size);
        TokenTile.Clear<S, V>(h + units, size);
        TokenTile.Turn(_x + row, channels, tokens, size, channels, x);
        MlpTile.Sum<S, V>(_fc1, size, x, z, more, _bias1);
        if (_saved == null) MlpTile.Gelu<S, V>(units, z, h);
        else Keep<S, V>(_saved + (part * (nint)SavedFloats(hidden, size)), units, z, h);
        SparseGemmJob.Finish<S, V>(_fc2, size, tokens, h, y, EpilogueKind.BiasResidual, new SparseEpilogue
        {
            Columns = channels,
            Target = _y + row,
            Bias = _bias2,
            Add = _residual + row,
        });
    }

    private void Keep<S, V>(float* derivative, nint units, float* z, float* h)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* kept = derivative + units + (TokenTile.Vectors * S.Count);
        MlpTile.GeluWithDerivative<S, V>(units, z, h, derivative, kept, _streams);
        TokenTile.Clear<S, V>(derivative + units, TokenTile.Vectors * S.Count);
        TokenTile.Clear<S, V>(kept + units, TokenTile.Vectors * S.Count);
        if (_streams) Streaming.End();
    }
}
