namespace NeuralBurden.Pruning.Tensors;

/// <summary>The arrays that belong to one prunable matrix; all have its shape [rows, columns].</summary>
public enum TensorPart
{
    /// <summary>The stored weights W that the optimizer updates.</summary>
    Weights,

    /// <summary>
    /// dL/d(effective weights) after backward; what the optimizer will use after the pruner's transform.
    /// </summary>
    Gradient,

    /// <summary>The weights the forward pass multiplies by, normally W * M.</summary>
    Effective,

    /// <summary>Momentum of SGD, first moment of Adam.</summary>
    FirstMoment,

    /// <summary>Second moment of Adam.</summary>
    SecondMoment,
}
