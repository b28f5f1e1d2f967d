using NeuralBurden.Compute.Cpu;
using NeuralBurden.Compute.Cpu.Kernels;
using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Ops.SparseGemm;

/// <summary>
/// All outputs of one tile of tokens. The tile is turned to [input][token], summed entry by entry to
/// [output][token], and turned back a few outputs at a time, on their way through the epilogue.
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

    public static long ScratchFloats(in SparseOperand w, int tokens)
    {
        int groups = (w.Outputs + TokenTile.Group - 1) / TokenTile.Group;
        return (long)tokens * (w.Chunks.Inputs + (groups * TokenTile.Group) + TokenTile.Group);
    }

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int size = TokenTile.Tokens(32 * S.Count), first = part * size, tokens = Math.Min(size, M - first);
        int inputs = W.Chunks.Inputs, n = W.Outputs;
        float* x = Scratch + (worker * ScratchPerWorker), y = x + ((nint)inputs * size);
        TokenTile.Turn(X + ((nint)first * inputs), inputs, tokens, size, inputs, x);

        // As in a dense product: what is added enters with the first block, later blocks add to what is there.
        var output = new SparseEpilogue
        {
            Tokens = tokens,
            Stride = n,
            Target = (Kind == EpilogueKind.BiasGelu ? Auxiliary : C) + ((nint)first * n),
            Bias = Bias,
            Add = Kind == EpilogueKind.BiasResidual ? Auxiliary + ((nint)first * n) : null,
            PreActivation = Auxiliary + ((nint)first * n),
            C = C + ((nint)first * n),
        };
        for (int block = 0; block < W.Chunks.Blocks; block++)
        {
            output.Finish = block == W.Chunks.Blocks - 1 ? Kind : EpilogueKind.None;
            Block<S, V>(block, size, x, y, output);
            output.Bias = null;
            output.Add = output.Target;
        }
    }

    private readonly void Block<S, V>(int block, int size, float* x, float* y, in SparseEpilogue output)
        where S : struct, ISimd<V>
        where V : struct
    {
        int perBlock = W.Chunks.PerBlock, n = W.Outputs;
        int* start = W.Start + ((nint)block * perBlock * n);
        float* rows = y + ((nint)(n + TokenTile.Group - 1) / TokenTile.Group * TokenTile.Group * size);
        if (perBlock > 1)
        {
            for (int chunk = 0; chunk < perBlock; chunk++)
                SparseTile.Sum<S, V>(n, start + ((nint)chunk * n), W.Index, W.Values, x, y, chunk > 0);
        }

        for (int j = 0; j < n; j += TokenTile.Group)
        {
            int columns = Math.Min(TokenTile.Group, n - j);
            float* sums = perBlock > 1 ? y + ((nint)j * size) : y;
            if (perBlock == 1) SparseTile.Sum<S, V>(columns, start + j, W.Index, W.Values, x, y, carry: false);
            TokenTile.TurnBack(sums, size, rows);
            output.Write<S, V>(rows, j, columns);
        }
    }
}
