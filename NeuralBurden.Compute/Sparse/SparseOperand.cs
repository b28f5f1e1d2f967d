namespace NeuralBurden.Compute.Sparse;

/// <summary>A <see cref="SparseOrder"/> as CPU kernels see it.</summary>
internal unsafe struct SparseOperand
{
    public int Outputs;
    public int Bundles;
    public int Slots;
    public int Lanes;
    public bool SharesInputs;
    public SparseChunks Chunks;
    public int* Start;
    public int* OutputOf;
    public int* Index;
    public int* Position;
    public float* Values;

    /// <summary>Rows of a tile of sums: outputs, filled up to whole groups that are turned back together.</summary>
    public readonly int PaddedOutputs => (Outputs + 15) / 16 * 16;
}
