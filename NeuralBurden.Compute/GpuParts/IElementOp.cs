namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// One element of an elementwise op. Elements are computed in any order and must not depend on each other.
/// </summary>
internal interface IElementOp
{
    void At(int index);
}
