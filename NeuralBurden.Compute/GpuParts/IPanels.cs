namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Which panels of a product are multiplied, and what else is made of them. Constants of the kernel's type: a plain product has
/// no trace of either.
/// </summary>
internal interface IPanels
{
    static abstract bool MaySkip { get; }

    /// <summary>Whether the rows of op(A) are summed too.</summary>
    static abstract bool Sums { get; }
}
