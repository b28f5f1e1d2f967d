using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Vit.Model;

/// <summary>The sparse form of a layer's masked weights, and which of the layer's products use it.</summary>
public sealed class SparseWeights(SparseMatrix matrix) : IDisposable
{
    public SparseMatrix Matrix { get; } = matrix;

    /// <summary>y = x W^T.</summary>
    public bool Forward { get; set; }

    /// <summary>dX = dY W.</summary>
    public bool InputGradient { get; set; }

    /// <summary>dW = dY^T X at kept weights alone, 0 elsewhere.</summary>
    public bool WeightGradient { get; set; }

    public void Dispose() => Matrix.Dispose();
}
