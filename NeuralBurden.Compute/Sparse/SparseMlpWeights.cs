using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>The weights of mlp(x) = gelu(x Fc1^T + Bias1) Fc2^T + Bias2, with C channels and F hidden units.</summary>
/// <param name="Fc1">[F, C].</param>
/// <param name="Bias1">[F].</param>
/// <param name="Fc2">[C, F].</param>
/// <param name="Bias2">[C].</param>
public readonly record struct SparseMlpWeights(SparseMatrix Fc1, Tensor Bias1, SparseMatrix Fc2, Tensor Bias2)
{
    public int Channels => Fc1.Columns;

    public int Hidden => Fc1.Rows;

    internal void Check(Require require)
    {
        require.Floats(Fc1.Dense, new Shape(Hidden, Channels));
        require.Floats(Fc2.Dense, new Shape(Channels, Hidden));
        require.Floats(Bias1, new Shape(Hidden));
        require.Floats(Bias2, new Shape(Channels));
    }
}
