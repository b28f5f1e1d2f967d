namespace NeuralBurden.Compute.Sparse;

/// <summary>A <see cref="SparseOrder"/> as CPU kernels see it.</summary>
internal unsafe struct SparseOperand
{
    public int Outputs;
    public SparseChunks Chunks;
    public int* Start;
    public int* Index;
    public int* Position;
    public float* Values;
}
