namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// How the summands of a sparse product are cut. A block is what a dense product sums up in registers before it adds
/// to memory, so that both have one order of summation; a chunk is a part of a block whose token tile fits the first
/// cache level, and carries the block's sum on.
/// </summary>
internal readonly struct SparseChunks
{
    /// <summary>The dense kernels' block of k.</summary>
    private const int Block = 512;

    /// <param name="inputs">Summands of a product.</param>
    /// <param name="chunk">At most that many in a chunk.</param>
    public SparseChunks(int inputs, int chunk)
    {
        Inputs = inputs;
        Blocks = Math.Max(1, (inputs + Block - 1) / Block);
        BlockWidth = Blocks == 1 ? inputs : ((inputs + Blocks - 1) / Blocks + 7) / 8 * 8;
        PerBlock = Math.Max(1, (BlockWidth + chunk - 1) / chunk);
        Width = PerBlock == 1 ? BlockWidth : (BlockWidth + PerBlock - 1) / PerBlock;
    }

    public int Inputs { get; }

    public int Blocks { get; }

    public int BlockWidth { get; }

    /// <summary>Chunks of a block.</summary>
    public int PerBlock { get; }

    public int Width { get; }

    public int Count => Blocks * PerBlock;

    public int Of(int input)
    {
        int block = input / BlockWidth;
        return (block * PerBlock) + ((input - (block * BlockWidth)) / Width);
    }
}
