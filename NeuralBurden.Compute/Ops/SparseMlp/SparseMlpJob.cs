using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseMlp;

/// <summary>
/// An MLP on one tile of tokens. Only the C channels at both ends are turned between [token][channel] and
/// [channel][token]; the hidden units live and are kept as [unit][token]: gelu'(z) in F + 1 rows and then gelu(z) in as
/// many, the last of each being the 0 that filled-up entries read.
/// </summary>
internal unsafe struct SparseMlpJob : ISimdJob
{
    public int M;
    public SparseOperand Fc1;
    public SparseOperand Fc2;
    public float* X;
    public float* Bias1;
    public float* Bias2;
    public float* Residual;
    public float* Y;

    /// <summary>Tile after tile, or null where nothing need be kept.</summary>
    public float* Saved;

    /// <summary>Whether what is kept goes past the caches.</summary>
    public bool Streams;
    public float* Scratch;
    public long ScratchPerWorker;

    /// <summary>Floats of one tile's gelu'(z) and gelu(z).</summary>
    public static long SavedFloats(int hidden, int tokens) => 2L * (hidden + 1) * tokens;

    public static long ScratchFloats(in SparseOperand fc1, in SparseOperand fc2, int tokens) =>
        (((long)fc1.Chunks.Inputs + 1 + fc2.PaddedOutputs + fc1.PaddedOutputs) * tokens)
        + ((long)TokenTile.Group * fc2.PaddedOutputs) + SavedFloats(fc1.Outputs, tokens);

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), first = part * size, tokens = Math.Min(size, M - first);
        int channels = Fc2.Outputs, hidden = Fc1.Outputs;
        float* x = Scratch + (worker * ScratchPerWorker), y = x + ((nint)(channels + 1) * size);
        float* more = y + ((nint)Fc2.PaddedOutputs * size) + ((nint)TokenTile.Group * Fc2.PaddedOutputs);
        float* z = more + ((nint)Fc1.PaddedOutputs * size);
        nint units = (nint)hidden * size, row = (nint)first * channels;
        float* h = z + units + size;

        TokenTile.Clear<S, V>(x + ((nint)channels * size));
        TokenTile.Clear<S, V>(h + units);
        TokenTile.Turn(X + row, channels, tokens, size, channels, x);
        MlpTile.Sum<S, V>(Fc1, x, z, more, Bias1);
        if (Saved == null) MlpTile.Gelu<S, V>(units, z, h);
        else Keep<S, V>(Saved + (part * (nint)SavedFloats(hidden, size)), units, z, h);
        SparseGemmJob.Finish<S, V>(Fc2, size, tokens, h, y, EpilogueKind.BiasResidual, new SparseEpilogue
        {
            Columns = channels,
            Target = Y + row,
            Bias = Bias2,
            Add = Residual + row,
        });
    }

    private readonly void Keep<S, V>(float* derivative, nint units, float* z, float* h)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* kept = derivative + units + (TokenTile.Vectors * S.Count);
        MlpTile.GeluWithDerivative<S, V>(units, z, h, derivative, kept, Streams);
        TokenTile.Clear<S, V>(derivative + units);
        TokenTile.Clear<S, V>(kept + units);
        if (Streams) Streaming.End();
    }
}
