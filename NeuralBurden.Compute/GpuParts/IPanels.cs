namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Which panels of a product are multiplied. A constant of the kernel's type: a dense product has no trace of the question.
/// </summary>
internal interface IPanels
{
    static abstract bool MaySkip { get; }
}
